# Two deployments in one account and region: all their names begin with their name_prefix, so nothing is shared.

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

locals {
  # Neither begins with the other and a hyphen: else two clusters' roles could have one name.
  deployments = {
    insights-finance  = { regions = "eu-west-1,us-east-1", retention_days = 365 }
    insights-platform = { regions = "eu-west-1", retention_days = 30 }
  }
}

module "container_insights" {
  source   = "../../dist/module"
  for_each = local.deployments

  name_prefix        = each.key
  include_regions    = each.value.regions
  log_retention_days = each.value.retention_days
  tags               = { team = each.key }
}

output "bucket_names" {
  value = { for name, deployment in module.container_insights : name => deployment.bucket_name }
}
