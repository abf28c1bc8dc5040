"""The intrinsic functions, against the examples and rules of their pages in the CloudFormation template reference."""

from __future__ import annotations

import base64

import pytest

from .reading import HEAD, evaluated, reading, reason

PARAMETERS = """
    Parameters:
      Stage: {Type: String, Default: dev, AllowedValues: [dev, prod]}
      Count: {Type: Number, Default: 3}
      Names: {Type: CommaDelimitedList, Default: "red, green,blue"}
      Ports: {Type: List<Number>, Default: "80,20"}
      Open: {Type: String}
      Image: {Type: AWS::SSM::Parameter::Value<String>, Default: /team/image}
    Mappings:
      Regions:
        us-east-1: {Short: use1, Zones: [a, b]}
        eu-west-1: {Short: euw1}
    Conditions:
      IsProd: !Equals [!Ref Stage, prod]
      IsDev: !Not [!Condition IsProd]
      Both: !And [!Condition IsProd, !Condition IsDev]
      Either: !Or [!Condition IsProd, !Condition IsDev]
      Deep: !And [!Or [!Condition Both, !Equals [a, a]], !Not [!Equals ["1", "2"]]]
      Loop: !Not [!Condition Loop]
      Unknown: !Equals [!Ref Open, x]
    """


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("!Ref Stage", "dev"),
        ("{Ref: Stage}", "dev"),
        ("!Ref Count", "3"),
        ("!Ref Names", ["red", "green", "blue"]),
        ("!Ref Ports", ["80", "20"]),
        ("!Ref AWS::AccountId", "123456789012"),
        ("!Ref AWS::Region", "us-east-1"),
        ("!Ref AWS::Partition", "aws"),
        ("!Ref AWS::URLSuffix", "amazonaws.com"),
        ("!Ref AWS::StackName", "app"),
        ("!Ref AWS::NotificationARNs", []),
        (
            '!Sub "arn:${AWS::Partition}:s3:::data-${Stage}-${AWS::AccountId}"',
            "arn:aws:s3:::data-dev-123456789012",
        ),
        ('!Sub ["www.${Domain}/${Stage}", {Domain: !Ref Stage}]', "www.dev/dev"),
        ('!Sub "home/${!aws:username}/*"', "home/${aws:username}/*"),
        ('!Sub "${ Stage }"', "dev"),
        ('!Sub "costs $5 and ${Count}"', "costs $5 and 3"),
        ('!Join [":", [a, b, c]]', "a:b:c"),
        ('!Join ["", ["arn:aws:s3:::", !Ref Stage, "/*"]]', "arn:aws:s3:::dev/*"),
        ('!Join ["-", !Ref Names]', "red-green-blue"),
        ('!Join [",", [1, true, "x"]]', "1,true,x"),
        ('!Split ["|", "a|b|c"]', ["a", "b", "c"]),
        ('!Split ["|", "a||c|"]', ["a", "", "c", ""]),
        ('!Select ["1", [apples, grapes]]', "grapes"),
        ("!Select [0, !Ref Names]", "red"),
        ('!Select [2, !Split [",", "a,b,c"]]', "c"),
        ("!If [IsProd, a, b]", "b"),
        ("!If [IsDev, !If [IsProd, a, b], c]", "b"),
        ("!If [Both, a, b]", "b"),
        ("!If [Either, a, b]", "a"),
        ("!If [Deep, a, b]", "a"),
        ("[x, !If [IsProd, a, !Ref AWS::NoValue]]", ["x"]),
        ("{x: 1, y: !Ref AWS::NoValue}", {"x": 1}),
        ('!FindInMap [Regions, !Ref "AWS::Region", Short]', "use1"),
        ("!FindInMap [Regions, us-east-1, Zones]", ["a", "b"]),
        ("!FindInMap [Regions, sa-east-1, Short, {DefaultValue: none}]", "none"),
        ("!Base64 text", base64.b64encode(b"text").decode()),
        ("!Base64 {Ref: Stage}", base64.b64encode(b"dev").decode()),
        ('!Cidr ["192.168.0.0/24", 6, 5]', [f"192.168.0.{32 * each}/27" for each in range(6)]),
        ('!Select [1, !Cidr ["10.0.0.0/16", 256, 8]]', "10.0.1.0/24"),
        ('!GetAZs ""', ["us-east-1a", "us-east-1b", "us-east-1c"]),
        ("!GetAZs eu-west-1", ["eu-west-1a", "eu-west-1b", "eu-west-1c"]),
        ("{Fn::Length: !Ref Names}", 3),
        ("{Fn::ToJsonString: {a: !Ref Count}}", '{"a":"3"}'),
        ("{Fn::Sub: plain}", "plain"),
    ],
)
def test_value(value, expected):
    assert evaluated(value, PARAMETERS) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("!Ref Open", "the parameter Open has no default value; give it: values={'Open': ...}"),
        (
            "!Ref Image",
            "the parameter Image is read from '/team/image' of SSM; give it: values={'Image': ...}",
        ),
        ("!Ref Missing", "the template has no parameter or resource 'Missing'"),
        ("!GetAtt Missing.Arn", "the template has no resource 'Missing'"),
        ("!Sub 'x-${Missing}'", "the template has no parameter or resource 'Missing'"),
        ("!Sub 'x-${Names}'", "${Names} of Fn::Sub must be a text, not a list"),
        ("!Sub [a]", "Fn::Sub needs a list of a text and a mapping"),
        ("!Join [',']", "Fn::Join needs a list of a delimiter and a list"),
        ("!Join [',', a]", "Fn::Join needs a list, not 'a'"),
        ("!Select [3, [a, b]]", "Fn::Select takes item 3 of a list of 2"),
        ("!Select [x, [a, b]]", "the index of Fn::Select must be a whole number, not 'x'"),
        ("!Split ['', a]", "the delimiter of Fn::Split must be a text that is not empty"),
        ("!If [Absent, a, b]", "the template has no condition 'Absent'"),
        ("!If [Loop, a, b]", "condition Loop depends on itself"),
        ("!If [Unknown, a, b]", "the parameter Open has no default value; give it: values={'Open': ...}"),
        ("!FindInMap [Regions, x, Short]", "the section Mappings has no Regions with x and Short"),
        ("!Cidr [nonsense, 1, 8]", "Fn::Cidr cannot divide 'nonsense'"),
        ('!Cidr ["10.0.0.0/24", 3, 8]', "Fn::Cidr cannot divide '10.0.0.0/24' into 3 blocks"),
        (
            "!Transform {Name: AWS::Include}",
            "Fn::Transform runs the macro 'AWS::Include' when the stack is deployed",
        ),
        ("!Nonsense a", "mocks3 does not evaluate Fn::Nonsense"),
        ("{Ref: Stage, x: 1}", "Ref has other members next to it, which CloudFormation refuses"),
        (
            "'{{resolve:ssm:/a/b}}'",
            "{{resolve:ssm:/a/b}} is read when the stack is deployed; give it: values={'{{resolve:ssm:/a/b}}': ...}",
        ),
        ("!ImportValue Shared", "no loaded template exports 'Shared'"),
        ("!And [!Condition IsProd]", "Fn::And needs a list of 2 to 10 conditions"),
    ],
)
def test_value_that_is_not_known_is_named(value, expected):
    assert expected in reason(value, PARAMETERS)


@pytest.mark.parametrize(
    ("value", "given", "expected"),
    [
        ("!Ref Open", {"Open": "x"}, "x"),
        ("!If [IsProd, a, b]", {"Stage": "prod"}, "a"),
        ("!Ref Names", {"Names": ["a", "b"]}, ["a", "b"]),
        ("!Ref Names", {"Names": "a,b"}, ["a", "b"]),
        ("!Ref Image", {"Image": "ami-1"}, "ami-1"),
        ("!Ref Count", {"Count": 5}, "5"),
        ("!Ref AWS::StackName", {"AWS::StackName": "web"}, "web"),
        ("'{{resolve:ssm:/a}}/x'", {"{{resolve:ssm:/a}}": "v"}, "v/x"),
        ("!ImportValue Shared", {"Shared": "v"}, "v"),
    ],
)
def test_value_that_the_caller_gives(value, given, expected):
    assert evaluated(value, PARAMETERS, values=given) == expected


def test_value_outside_the_allowed_values():
    assert reason("!Ref Stage", PARAMETERS, values={"Stage": "test"}) == (
        "the parameter Stage must be one of dev, prod, not test"
    )


@pytest.mark.parametrize(
    ("region", "partition", "suffix"),
    [("cn-north-1", "aws-cn", "amazonaws.com.cn"), ("us-gov-west-1", "aws-us-gov", "amazonaws.com")],
)
def test_partition_of_the_region(region, partition, suffix):
    assert evaluated("!Sub '${AWS::Partition} ${AWS::URLSuffix}'", region=region) == f"{partition} {suffix}"


def test_account_of_the_load():
    assert evaluated("!Ref AWS::AccountId", account="444455556666") == "444455556666"


def test_condition_chooses_the_resources():
    template = PARAMETERS + (
        "\n    Resources:"
        "\n      A: {Type: AWS::S3::Bucket, Condition: IsProd, Properties: {BucketName: only-in-prod}}"
        "\n      B: {Type: AWS::S3::Bucket, Condition: IsDev, Properties: {BucketName: only-in-dev}}"
        "\n      C: {Type: AWS::S3::Bucket, Condition: Unknown, Properties: {BucketName: unknown}}"
    )
    found = reading(template)
    line = next(number for number, each in enumerate((HEAD + template).splitlines(), 1) if "      C:" in each)
    assert [each.name for each in found.descriptions] == ["only-in-dev"]
    assert [(each.what, each.place.line) for each in found.unread] == [("AWS::S3::Bucket C", line)]
    assert [each.name for each in reading(template, values={"Stage": "prod", "Open": "x"}).descriptions] == [
        "only-in-prod",
        "unknown",
    ]


def test_reference_to_a_resource_that_does_not_exist():
    resources = """
    Conditions: {Never: !Equals [a, b]}
    Resources:
      Off: {Type: AWS::S3::Bucket, Condition: Never}
    """
    assert reason("!GetAtt Off.Arn", resources) == "the condition of Off is false, so that it does not exist"


def test_names_that_depend_on_each_other():
    resources = """
    Resources:
      A: {Type: AWS::S3::Bucket, Properties: {BucketName: !Sub "${B}-a"}}
      B: {Type: AWS::S3::Bucket, Properties: {BucketName: !Sub "${A}-b"}}
    """
    found = reading(resources)
    assert not found.descriptions
    assert {each.reason for each in found.unread} == {"A depends on itself", "B depends on itself"}


def test_text_that_grows_without_limit():
    doubled = "\n".join(
        f'      B{each}: {{Type: AWS::S3::Bucket, Properties: {{BucketName: !Sub "${{B{each + 1}}}${{B{each + 1}}}"}}}}'
        for each in range(40)
    )
    last = f"      B40: {{Type: AWS::S3::Bucket, Properties: {{BucketName: {'x' * 50}}}}}"
    resources = f"    Resources:\n{doubled}\n{last}\n"
    assert any("more than 1000000 characters" in each.reason for each in reading(resources).unread)


class TestLoops:
    """``Fn::ForEach`` of the transform AWS::LanguageExtensions."""

    TEMPLATE = """
    Transform: AWS::LanguageExtensions
    Parameters:
      Teams: {Type: CommaDelimitedList, Default: "red,dark-blue"}
    Resources:
      Fn::ForEach::Buckets:
        - Team
        - !Ref Teams
        - "Bucket&{Team}":
            Type: AWS::S3::Bucket
            Properties:
              BucketName: !Sub "data-${Team}-${AWS::Region}"
    """

    def test_copies(self):
        found = reading(self.TEMPLATE)
        assert [each.name for each in found.descriptions] == [
            "data-red-us-east-1",
            "data-dark-blue-us-east-1",
        ]
        assert not found.unread

    def test_loops_in_loops(self):
        found = reading(
            """
            Transform: [AWS::LanguageExtensions]
            Resources:
              Fn::ForEach::Outer:
                - Team
                - [a, b]
                - Fn::ForEach::Inner:
                  - Stage
                  - [x, y]
                  - "Bucket${Team}${Stage}": {Type: AWS::S3::Bucket, Properties: {BucketName: "d-${Team}-${Stage}"}}
            """
        )
        assert [each.name for each in found.descriptions] == ["d-a-x", "d-a-y", "d-b-x", "d-b-y"]

    def test_too_many_copies(self):
        loop = "Resources:\n" + "".join(
            f"{'    ' * each}  Fn::ForEach::L{each}:\n{'    ' * each}    - V{each}\n"
            f"{'    ' * each}    - [{', '.join('abcdefghij')}]\n{'    ' * each}    -\n"
            for each in range(5)
        )
        found = reading("Transform: AWS::LanguageExtensions\n" + loop + "                        x: y\n")
        assert [each.reason for each in found.unread][:1] == ["the loops make more than 10000 copies"]

    def test_malformed(self):
        found = reading("Transform: AWS::LanguageExtensions\nResources: {'Fn::ForEach::X': [a, b]}\n")
        assert (
            found.unread[0].reason
            == "Fn::ForEach::X needs a list of an identifier, a collection and a mapping"
        )

    def test_a_template_without_the_transform_has_no_loops(self):
        found = reading(self.TEMPLATE.replace("Transform: AWS::LanguageExtensions", ""))
        assert [each.what for each in found.unread] == ["resource Fn::ForEach::Buckets"]
