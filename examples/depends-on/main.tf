# The deployment waits for a cluster's OIDC provider, so that the apply which makes the provider makes the cluster's role
# too. It can be switched off by count.

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

variable "enabled" {
  type    = bool
  default = true
}

variable "tags" {
  type    = map(string)
  default = {}
}

data "aws_caller_identity" "current" {}

resource "aws_iam_openid_connect_provider" "prod" {
  url            = "https://oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE"
  client_id_list = ["sts.amazonaws.com"]
  tags           = var.tags
}

module "container_insights" {
  source     = "../../dist/module"
  count      = var.enabled ? 1 : 0
  depends_on = [aws_iam_openid_connect_provider.prod]

  name_prefix = "insights-waiting"
  # With depends_on Terraform reads the module's data sources, the account's number among them, only during apply
  # whenever the provider above changes. A bucket whose name is not known at plan would be a new bucket: name it.
  bucket_name = "insights-waiting-${data.aws_caller_identity.current.account_id}"
}

output "bucket_name" {
  value = one(module.container_insights[*].bucket_name)
}
