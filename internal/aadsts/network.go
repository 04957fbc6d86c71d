package aadsts

import (
	"strings"

	"github.com/spcheck/spcheck/internal/lazyregexp"
)

// whose says whom a line of a log speaks of.
type whose int

const (
	nobodys    whose = iota // no host is named
	microsofts              // a host of Entra, Graph or another service of Microsoft's
	strangers               // another one
)

// ourHosts end the names of the hosts that a sign-in and its resources have.
var ourHosts = []string{
	"login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn", "login.chinacloudapi.cn",
	"login.microsoftonline.de", "login.windows.net", "login.microsoft.com", "sts.windows.net", "accounts.accesscontrol.windows.net",
	"graph.microsoft.com", "graph.microsoft.us", "microsoftgraph.chinacloudapi.cn", "graph.windows.net",
	"management.azure.com", "management.usgovcloudapi.net", "management.chinacloudapi.cn", "management.core.windows.net",
	"vault.azure.net", "vault.usgovcloudapi.net", "blob.core.windows.net", "outlook.office365.com", "outlook.office.com",
	"smtp.office365.com", "smtp-mail.outlook.com", "sharepoint.com", "dev.azure.com", "visualstudio.com", "api.powerbi.com",
	"analysis.windows.net", "manage.office.com", "dynamics.com", "azurecr.io", "database.windows.net",
}

// hostName finds what may be the name of a host, with a port if there is one.
// Names of classes have capital letters or endings that no host has.
var hostName = lazyregexp.New(`(?:[a-z0-9_-]+\.)+(?:com|net|org|io|de|us|cn|eu|uk|fr|local|internal|lan|intern|corp|cloud|dev|app|svc|example|test)\b|\b\d{1,3}(?:\.\d{1,3}){3}:\d{2,5}\b|localhost`)

// foreignPorts are those of databases and the like, which no sign-in uses.
var foreignPorts = lazyregexp.New(`:(?:25|389|587|636|1433|1521|2181|3306|3389|4222|5432|5433|5601|5672|6379|6443|8086|9042|9090|9092|9200|9300|11211|15672|26379|27017)\b`)

// ourNames are the same, squashed.
var ourNames = squashAll(ourHosts...)

// namesOurs reports whether squashed text names a host of Microsoft's.
func namesOurs(text []byte) bool { return containsAny(text, ourNames()) }

// hostOf says whether a line names a stranger's host.
func hostOf(text []byte) whose {
	for _, name := range hostName().FindAllString(string(text), 12) {
		switch {
		case strings.HasPrefix(name, "localhost") || name[0] >= '0' && name[0] <= '9' && strings.Contains(name, ":"):
			if foreignPorts().MatchString(name) || strings.HasPrefix(name, "localhost") && foreignPorts().Match(text) {
				return strangers
			}
		case !isModule(name):
			return strangers
		}
	}
	if foreignPorts().Match(text) {
		return strangers
	}
	return nobodys
}

// isModule reports whether a name is that of a package or of a page that a
// message refers to.
func isModule(name string) bool {
	for _, known := range []string{"aka.ms", "github.com", "microsoft.com", "golang.org", "python.org", "readthedocs.io", "urllib3.readthedocs.io", "java.net", "javax.net", "sun.net", "proxy", "java.io", "azure.com", "windows.net", "docs.oracle.com", "npmjs.com", "curl.se", "haxx.se"} {
		if strings.HasSuffix(name, known) || strings.HasPrefix(name, known) {
			return true
		}
	}
	return false
}
