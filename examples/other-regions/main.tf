# One deployment for the clusters of two regions, whose roles are made as soon as a cluster can have one. There has to be a
# trail of CloudTrail's with write management events, of all regions.

terraform {
  required_version = ">= 1.10"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.83, < 7.0"
    }
  }
}

locals {
  home_region = "eu-west-1"
}

provider "aws" {
  region = local.home_region
}

provider "aws" {
  alias  = "virginia"
  region = "us-east-1"
}

module "container_insights" {
  source = "../../dist/module"

  include_regions = "eu-west-1,us-east-1"
  cluster_events  = true
}

# One block for each other region, because a block has one provider. us-east-1 is needed also without clusters there: AWS
# tells of new OIDC providers nowhere else.
module "events_of_virginia" {
  source    = "../../dist/module/modules/region-events"
  providers = { aws = aws.virginia }

  home_region = local.home_region
}

output "bucket_url" {
  value = module.container_insights.s3_bucket_secure_url
}
