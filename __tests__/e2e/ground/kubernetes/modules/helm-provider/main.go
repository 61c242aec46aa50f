// Command terraform-provider-helm serves the newest Helm provider that Go modules can name: its later majors have tags
// without a path of their own.
package main

import (
	"github.com/hashicorp/terraform-plugin-sdk/plugin"
	"github.com/hashicorp/terraform-provider-helm/helm"
)

func main() {
	plugin.Serve(&plugin.ServeOpts{ProviderFunc: helm.Provider})
}
