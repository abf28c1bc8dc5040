"""The resource types that are read, and those that decide nothing about S3.

Rule 1: a type that decides something about S3 has a row, which reads each of its properties or names it as one that
decides nothing. Any other property is listed as unread.
Rule 2: a service decides nothing about S3 only if it is in ``SERVICES_WITHOUT_S3``. Any other type is listed as unread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from mocks3.load.cloudformation.stack import TemplateResource
from mocks3.load.descriptions import Description

Read = Callable[[TemplateResource], Iterator[Description]]


class Type(NamedTuple):
    """How a resource type is read: its reader, the properties that it reads, and those that decide nothing."""

    name: str
    read: Read
    reads: tuple[str, ...]
    ignores: tuple[str, ...] = ()


TYPES: dict[str, Type] = {}


def resource_type(name: str, *, reads: str, ignores: str = "") -> Callable[[Read], Read]:
    """Register the reader of a resource type.

    Args:
        name: The type, such as ``AWS::IAM::Role``.
        reads: The properties that it reads, separated by blanks.
        ignores: The properties that decide nothing about S3.
    """

    def register(read: Read) -> Read:
        TYPES[name] = Type(name, read, tuple(reads.split()), tuple(ignores.split()))
        return read

    return register


def words(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


SERVICES_WITHOUT_S3 = words(
    """
    ACMPCA AIOps APS ARCZonalShift AccessAnalyzer AmazonMQ Amplify AmplifyUIBuilder ApiGateway ApiGatewayV2 AppConfig
    AppFlow AppIntegrations AppMesh AppRunner AppStream AppSync ApplicationAutoScaling ApplicationInsights
    ApplicationSignals Athena AuditManager AutoScaling AutoScalingPlans B2BI BCMDataExports Backup BackupGateway Batch
    Bedrock BedrockAgentCore BillingConductor Budgets CDK CE Cassandra CertificateManager Chatbot CleanRooms
    CleanRoomsML Cloud9 CloudFront CloudTrail CloudWatch CodeArtifact CodeBuild CodeCommit CodeConnections CodeDeploy
    CodeGuruProfiler CodeGuruReviewer CodePipeline CodeStar CodeStarConnections CodeStarNotifications Cognito
    Comprehend Config Connect ConnectCampaigns ControlTower CustomerProfiles DAX DLM DMS DataBrew DataPipeline DataSync
    DataZone Deadline Detective DevOpsGuru DeviceFarm DirectoryService DocDB DocDBElastic DynamoDB EC2 ECR ECS EFS EKS
    EMR EMRContainers EMRServerless ElastiCache ElasticBeanstalk ElasticLoadBalancing ElasticLoadBalancingV2
    Elasticsearch EntityResolution EventSchemas Events Evidently FIS FMS FSx FinSpace Forecast FraudDetector GameLift
    GlobalAccelerator Glue Grafana Greengrass GreengrassV2 GroundStation GuardDuty HealthImaging HealthLake IVS IVSChat
    IdentityStore ImageBuilder Inspector InspectorV2 InternetMonitor IoT IoTAnalytics IoTEvents IoTSiteWise Kendra
    Kinesis KinesisAnalytics KinesisAnalyticsV2 KinesisFirehose KinesisVideo LakeFormation Lambda LaunchWizard Lex
    LicenseManager Lightsail Location Logs LookoutMetrics MSK MWAA Macie MediaConnect MediaConvert MediaLive
    MediaPackage MediaStore MediaTailor MemoryDB Neptune NeptuneGraph NetworkFirewall NetworkManager Notifications OSIS
    Oam OpenSearchServerless OpenSearchService OpsWorks Panorama PaymentCryptography Personalize Pinpoint Pipes Proton
    QBusiness QLDB QuickSight RDS RUM Redshift RedshiftServerless Rekognition ResilienceHub ResourceExplorer2
    ResourceGroups RoboMaker Route53 Route53Profiles Route53RecoveryControl Route53RecoveryReadiness Route53Resolver
    SDB SES SMSVOICE SNS SQS SSM SSMContacts SSMIncidents SageMaker Scheduler SecretsManager SecurityHub SecurityLake
    ServiceCatalog ServiceCatalogAppRegistry ServiceDiscovery Shield Signer SimSpaceWeaver StepFunctions Synthetics
    Timestream Transfer VerifiedPermissions VoiceID VpcLattice WAF WAFRegional WAFv2 Wisdom WorkSpaces XRay
    """
)
"""Services whose resources neither have permissions on S3 nor change who has them.

Their roles are resources of the type AWS::IAM::Role, and the policies that they attach to buckets are resources too.
AWS::EC2::VPCEndpoint has a row.
"""


TYPES_WITHOUT_S3 = words(
    """
    AWS::CloudFormation::Interface AWS::CloudFormation::WaitCondition AWS::CloudFormation::WaitConditionHandle
    AWS::IAM::OIDCProvider AWS::IAM::SAMLProvider AWS::IAM::ServerCertificate AWS::IAM::VirtualMFADevice
    """
)
"""Types of other services that decide nothing about S3."""


def decides_nothing(type_: str) -> bool:
    """Return whether a type without a row is known to decide nothing about S3."""
    service = type_.removeprefix("AWS::").partition("::")[0]
    return type_.startswith("AWS::") and (service in SERVICES_WITHOUT_S3 or type_ in TYPES_WITHOUT_S3)


def why_not_read(type_: str) -> str:
    """Return why a type without a row is listed as unread."""
    if type_.endswith("::MODULE"):
        return "the resources of a module are not in the template"
    if type_.startswith("Custom::") or type_ == "AWS::CloudFormation::CustomResource":
        return "a custom resource runs code when the stack is deployed; what it changes is not known"
    return "mocks3 does not read this resource type"
