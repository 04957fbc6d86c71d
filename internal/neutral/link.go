package neutral

import (
	"net/url"
	"slices"
	"strings"
)

// knownHosts are the hosts that a report may link to: Microsoft's documentation, its portals
// and status pages in each cloud, and this project. A link to a sign-in host could ask for
// consent to somebody's application, so those are missing.
var knownHosts = []string{
	"learn.microsoft.com", "aka.ms", "developer.microsoft.com",
	"portal.azure.com", "entra.microsoft.com", "admin.microsoft.com", "myapps.microsoft.com",
	"portal.azure.us", "entra.microsoft.us",
	"portal.azure.cn", "entra.microsoftonline.cn",
	"status.cloud.microsoft", "azure.status.microsoft", "status.azure.com",
	"github.com",
}

// maxLink bounds a link, in bytes.
const maxLink = 2048

// Link returns a link that a report may contain: https, to a known host, without a user
// name, a port or anything that needs escaping. Somebody may have changed a saved report,
// so every link is checked when it is written.
func Link(s string) (string, bool) {
	u, err := url.Parse(s)
	if err != nil {
		return "", false
	}
	u.Host = strings.ToLower(u.Host) // the rules below apply to every spelling
	switch {
	case len(s) > maxLink, u.Scheme != "https", u.User != nil, u.Port() != "", !slices.Contains(knownHosts, u.Host):
		return "", false
	case strings.Contains(u.Path, "/."): // a browser resolves /../
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
