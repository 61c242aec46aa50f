# One deployment, with a role that exists already and may read the bucket.

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

module "container_insights" {
  source = "../../dist/module"

  include_regions = "eu-west-1,us-east-1"
  role_name       = var.reader
}

variable "reader" {
  description = "Name of an existing role that may read the bucket; empty: none."
  type        = string
  default     = ""
}

output "bucket_name" {
  value = module.container_insights.bucket_name
}

output "agent_role_path" {
  value = module.container_insights.agent_role_path
}
