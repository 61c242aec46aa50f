// Command terraform-provider-kubernetes serves the newest Kubernetes provider that Go modules can name: its later majors
// have tags without a path of their own.
package main

import (
	"github.com/hashicorp/terraform-plugin-sdk/plugin"
	"github.com/hashicorp/terraform-provider-kubernetes/kubernetes"
)

func main() {
	plugin.Serve(&plugin.ServeOpts{ProviderFunc: kubernetes.Provider})
}
