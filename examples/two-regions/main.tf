# A bucket in each of two regions, by two provider configurations. The names of a bucket and of IAM's roles are the whole
# account's, so the two differ in name_prefix as well.

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
  alias  = "ireland"
  region = "eu-west-1"
}

provider "aws" {
  alias  = "virginia"
  region = "us-east-1"
}

# Without include_regions each looks after the clusters of its own region.

module "ireland" {
  source    = "../../dist/module"
  providers = { aws = aws.ireland }

  name_prefix = "insights-ireland"
}

module "virginia" {
  source    = "../../dist/module"
  providers = { aws = aws.virginia }

  name_prefix = "insights-virginia"
}

output "bucket_urls" {
  value = {
    eu-west-1 = module.ireland.s3_bucket_secure_url
    us-east-1 = module.virginia.s3_bucket_secure_url
  }
}
