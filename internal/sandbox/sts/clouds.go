package sts

import (
	"net"
	"slices"
	"strings"
)

// cloud is a national cloud. Source: MSAL's built-in metadata and Microsoft's deployments
// page.
type cloud struct {
	name     string
	logins   []string // sign-in hosts, the preferred one first
	cache    string   // preferred_cache of instance discovery
	graph    string   // Graph host
	instance string   // cloud_instance_name
	// scope and subScope are the tenant_region_* of its tenants, if fixed.
	scope, subScope string
	management      []string // resource names of Azure Resource Manager
}

var clouds = []cloud{
	{
		name: "public", cache: "login.windows.net", graph: "graph.microsoft.com", instance: "microsoftonline.com",
		logins:     []string{"login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"},
		management: []string{"https://management.azure.com", "https://management.core.windows.net"},
	},
	{
		name: "china", cache: "login.partner.microsoftonline.cn", graph: "microsoftgraph.chinacloudapi.cn", instance: "partner.microsoftonline.cn",
		logins:     []string{"login.partner.microsoftonline.cn", "login.chinacloudapi.cn"},
		management: []string{"https://management.chinacloudapi.cn", "https://management.core.chinacloudapi.cn"},
	},
	{
		name: "usgov", cache: "login.microsoftonline.us", graph: "graph.microsoft.us", instance: "microsoftonline.us",
		logins: []string{"login.microsoftonline.us", "login.usgovcloudapi.net"},
		scope:  "USGov", subScope: "DODCON",
		management: []string{"https://management.usgovcloudapi.net", "https://management.core.usgovcloudapi.net"},
	},
	// The DoD environment has the same sign-in hosts as the one above.
	{
		name: "usgov-dod", graph: "dod-graph.microsoft.us", instance: "microsoftonline.us",
		logins: []string{"login.microsoftonline.us"},
		scope:  "USGov", subScope: "DOD",
		management: []string{"https://management.usgovcloudapi.net", "https://management.core.usgovcloudapi.net"},
	},
}

// cloudNamed returns the cloud with that name, otherwise the public one.
func cloudNamed(name string) *cloud {
	for i := range clouds {
		if clouds[i].name == name {
			return &clouds[i]
		}
	}
	return &clouds[0]
}

// sameAuthority reports whether both clouds have the same sign-in hosts.
func (c *cloud) sameAuthority(other *cloud) bool { return c.logins[0] == other.logins[0] }

// cloudOfHost returns the cloud of a sign-in host, or nil.
func cloudOfHost(host string) *cloud {
	name := hostname(host)
	for i := range clouds {
		if slices.Contains(clouds[i].logins, name) {
			return &clouds[i]
		}
	}
	return nil
}

// hostname returns a Host header without port, in lower case.
func hostname(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return strings.ToLower(strings.Trim(host, "[]"))
}

// Hosts returns Microsoft's host names for sign-in, Graph and Azure Resource Manager in
// all clouds.
func Hosts() (logins, graphs, managements []string) {
	seen := map[string]bool{}
	add := func(list *[]string, names ...string) {
		for _, name := range names {
			name = strings.TrimPrefix(name, "https://")
			if !seen[name] {
				seen[name] = true
				*list = append(*list, name)
			}
		}
	}
	for i := range clouds {
		add(&logins, clouds[i].logins...)
		add(&graphs, clouds[i].graph)
		add(&managements, clouds[i].management...)
	}
	return logins, graphs, managements
}
