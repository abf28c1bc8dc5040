"""The names of service-linked roles.

Source: the page "Using service-linked roles" of each service; IAM user guide, "AWS services that work with IAM". A
service that is not in the table gets a name that follows from its principal; AWS's can be another one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LINKED_PATH = "/aws-service-role/"
"""The start of the path of service-linked roles (IAM user guide, "Create a service-linked role")."""

_SUFFIX = ".application-autoscaling"
"""The end of the principals of Application Auto Scaling, such as ``ecs.application-autoscaling.amazonaws.com``."""

_NAMES = {
    "access-analyzer": "AccessAnalyzer",
    "autoscaling": "AutoScaling",
    "autoscaling-plans": "AutoScalingPlans_EC2AutoScaling",
    "backup": "Backup",
    "batch": "Batch",
    "cloudtrail": "CloudTrail",
    "cloudwatch-crossaccount": "CloudWatchCrossAccount",
    "config": "Config",
    "dax": "DAX",
    "ec2scheduled": "EC2ScheduledInstances",
    "ecs": "ECS",
    "eks": "AmazonEKS",
    "eks-fargate": "AmazonEKSForFargate",
    "eks-nodegroup": "AmazonEKSNodegroup",
    "elasticache": "ElastiCache",
    "elasticbeanstalk": "ElasticBeanstalk",
    "elasticfilesystem": "AmazonElasticFileSystem",
    "elasticloadbalancing": "ElasticLoadBalancing",
    "es": "AmazonElasticsearchService",
    "events": "CloudWatchEvents",
    "globalaccelerator": "GlobalAccelerator",
    "guardduty": "AmazonGuardDuty",
    "inspector2": "AmazonInspector2",
    "kafka": "Kafka",
    "logger.cloudfront": "CloudFrontLogger",
    "macie": "AmazonMacie",
    "opensearchservice": "AmazonOpenSearchService",
    "ops.apigateway": "APIGateway",
    "organizations": "Organizations",
    "rds": "RDS",
    "redshift": "Redshift",
    "replicator.lambda": "LambdaReplicator",
    "resource-explorer-2": "ResourceExplorer",
    "securityhub": "SecurityHub",
    "servicequotas": "ServiceQuotas",
    "spot": "EC2Spot",
    "spotfleet": "EC2SpotFleet",
    "ssm": "AmazonSSM",
    "sso": "SSO",
    "storage-lens.s3": "S3StorageLens",
    "support": "Support",
    "transitgateway": "VPCTransitGateway",
    "trustedadvisor": "TrustedAdvisor",
    "vpc-lattice": "VpcLattice",
}
_SCALED = {
    "custom-resource": "CustomResource",
    "dynamodb": "DynamoDBTable",
    "ec2": "EC2SpotFleetRequest",
    "ecs": "ECSService",
    "elasticache": "ElastiCacheRG",
    "elasticmapreduce": "EMRInstanceGroup",
    "lambda": "LambdaConcurrency",
    "rds": "RDSCluster",
    "sagemaker": "SageMakerEndpoint",
}
"""What Application Auto Scaling scales (its user guide, "Service-linked roles for Application Auto Scaling")."""


def linked_name(service: str, params: Mapping[str, Any]) -> str:
    """Return the name of the service-linked role that a call is about.

    Args:
        service: The principal of the service, such as ``ecs.amazonaws.com``.
        params: The call's parameters.
    """
    suffix = params.get("CustomSuffix")
    principal = service.partition(".amazonaws.com")[0]
    if principal.endswith(_SUFFIX):
        scaled = principal.removesuffix(_SUFFIX)
        name = f"ApplicationAutoScaling_{_SCALED.get(scaled) or _capitalized(scaled)}"
    else:
        name = _NAMES.get(principal) or _capitalized(principal)
    return f"AWSServiceRoleFor{name}" if suffix is None else f"AWSServiceRoleFor{name}_{suffix}"


def _capitalized(principal: str) -> str:
    words = principal.replace("-", ".").split(".")
    return "".join(word[:1].upper() + word[1:] for word in words)
