# What the deployment uses is created by the same plan. Names and ARNs are then known only after apply, so whether they
# are used is said by a switch of its own: Terraform has to know at plan how many resources there are.

terraform {
  required_version = ">= 1.10"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.83, < 7.0"
    }
  }
}

provider "aws" {
  region = "eu-west-1"
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_iam_policy_document" "reader_trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = ["arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:root"]
    }
  }
}

resource "aws_iam_role" "reader" {
  name_prefix        = "finops-reader-"
  assume_role_policy = data.aws_iam_policy_document.reader_trust.json
}

resource "aws_kms_key" "data" {
  description         = "Container insights data"
  enable_key_rotation = true
}

resource "aws_sns_topic" "alarms" {
  name = "container-insights-alarms"
}

module "container_insights" {
  source = "../../dist/module"

  role_name          = aws_iam_role.reader.name
  attach_read_policy = true
  kms_key_arn        = aws_kms_key.data.arn
  use_kms            = true
  alarm_topic_arn    = aws_sns_topic.alarms.arn
  create_alarms      = true
}

output "bucket_name" {
  value = module.container_insights.bucket_name
}
