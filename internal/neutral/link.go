package neutral

import (
	"net/url"
	"slices"
	"strings"
)

// knownHosts are the only ones that a report links to: Microsoft's
// documentation, its portals and status pages in each cloud, and this project.
// The sign-in hosts are not among them, since a link to one can ask for consent
// to somebody's application.
func knownHosts() []string {
	return []string{
		"learn.microsoft.com", "aka.ms", "developer.microsoft.com",
		"portal.azure.com", "entra.microsoft.com", "admin.microsoft.com", "myapps.microsoft.com",
		"portal.azure.us", "entra.microsoft.us",
		"portal.azure.cn", "entra.microsoftonline.cn",
		"status.cloud.microsoft", "azure.status.microsoft", "status.azure.com",
		"github.com",
	}
}

// maxLink bounds a link, in bytes.
const maxLink = 2048

// Link returns a link that a report may show as one: https, to a known host,
// without a user name, a port or anything that needs escaping. A saved report
// may have been altered, so that every link is checked when it is written.
func Link(s string) (string, bool) {
	u, err := url.Parse(s)
	if err != nil {
		return "", false
	}
	u.Host = strings.ToLower(u.Host) // a host has no case, and every rule below is for all its spellings
	switch {
	case len(s) > maxLink, u.Scheme != "https", u.User != nil, u.Port() != "":
		return "", false
	case !slices.Contains(knownHosts(), u.Host):
		return "", false
	case strings.Contains(u.Path, "/."): // a browser would walk upwards
		return "", false
	case u.Host == "github.com" && u.Path != "/spcheck/spcheck" && !strings.HasPrefix(u.Path, "/spcheck/spcheck/"):
		return "", false
	}
	link := u.String()
	if strings.ContainsFunc(link, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune("<>\"'`\\()[]{}|", r) }) {
		return "", false
	}
	return link, true
}
