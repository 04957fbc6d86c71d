package entra

// VaultResource returns the resource of tokens for Azure Key Vault in this cloud.
// Vaults are its subdomains (Azure SDK, "cloud" configurations and Key Vault's DNS
// suffixes).
func (c Cloud) VaultResource() string {
	switch c.Name {
	case "usgov", "usgov-dod":
		return "https://vault.usgovcloudapi.net"
	case "china":
		return "https://vault.azure.cn"
	}
	return "https://vault.azure.net"
}
