package aadsts

import (
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/lazyregexp"
)

// hostOwner says whose host a text names.
type hostOwner int

const (
	noHost        hostOwner = iota
	microsoftHost           // of Entra, Graph or another Microsoft service
	otherHost
)

// microsoftHosts are the suffixes of the hosts of sign-ins and their resources.
var microsoftHosts = []string{
	"login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn", "login.chinacloudapi.cn",
	"login.microsoftonline.de", "login.windows.net", "login.microsoft.com", "sts.windows.net", "accounts.accesscontrol.windows.net",
	"graph.microsoft.com", "graph.microsoft.us", "microsoftgraph.chinacloudapi.cn", "graph.windows.net",
	"management.azure.com", "management.usgovcloudapi.net", "management.chinacloudapi.cn", "management.core.windows.net",
	"vault.azure.net", "vault.usgovcloudapi.net", "blob.core.windows.net", "outlook.office365.com", "outlook.office.com",
	"smtp.office365.com", "smtp-mail.outlook.com", "sharepoint.com", "dev.azure.com", "visualstudio.com", "api.powerbi.com",
	"analysis.windows.net", "manage.office.com", "dynamics.com", "azurecr.io", "database.windows.net",
}

// hostName matches what may be the name of a host, or an IP address with a port. Names of
// classes have capital letters, or endings that no host has.
var hostName = lazyregexp.New(`(?:[a-z0-9_-]+\.)+(?:com|net|org|io|de|us|cn|eu|uk|fr|local|internal|lan|intern|corp|cloud|dev|app|svc|example|test)\b|\b\d{1,3}(?:\.\d{1,3}){3}:\d{2,5}\b|localhost`)

// foreignPorts matches the ports of databases and similar services, which no sign-in uses.
var foreignPorts = lazyregexp.New(`:(?:25|389|587|636|1433|1521|2181|3306|3389|4222|5432|5433|5601|5672|6379|6443|8086|9042|9090|9092|9200|9300|11211|15672|26379|27017)\b`)

var squashedHosts = squashOnce(slices.Clone(microsoftHosts)...)

// namesMicrosoft reports whether squashed text names a host of Microsoft.
func namesMicrosoft(text []byte) bool { return containsAny(text, squashedHosts()) }

// namesOther reports whether a line names a host that is not of Microsoft.
func namesOther(line []byte) bool {
	if foreignPorts().Match(line) {
		return true
	}
	return slices.ContainsFunc(hostName().FindAllString(string(line), 12), func(name string) bool {
		return !strings.HasPrefix(name, "localhost") && !strings.Contains(name, ":") && !isModule(name)
	})
}

// isModule reports whether a name belongs to a package, or to a page that messages refer
// to.
func isModule(name string) bool {
	return slices.ContainsFunc(modules, func(known string) bool {
		return strings.HasSuffix(name, known) || strings.HasPrefix(name, known)
	})
}

var modules = []string{
	"aka.ms", "github.com", "microsoft.com", "golang.org", "python.org", "readthedocs.io", "java.net", "javax.net",
	"sun.net", "proxy", "java.io", "azure.com", "windows.net", "docs.oracle.com", "npmjs.com", "curl.se", "haxx.se",
}
