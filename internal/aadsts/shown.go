package aadsts

import (
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/spcheck/spcheck/internal/lazyregexp"
)

// What a message names is shown only if it has a known form: GUIDs, domains, addresses of
// known hosts, names made of words. A misplaced value, such as a secret instead of a client
// ID, has none of these forms.

// issuers are hosts of other companies that messages name.
var issuers = []string{
	"aka.ms", "learn.microsoft.com", "docs.microsoft.com", "go.microsoft.com", "portal.azure.com", "developer.microsoft.com", "login.live.com",
	"token.actions.githubusercontent.com", "oic.prod-aks.azure.com", "vstoken.dev.azure.com", "gitlab.com", "app.terraform.io", "accounts.google.com",
	"agent.buildkite.com", "oidc.circleci.com", "api.bitbucket.org", "appservice.azure.com", "cloudax.dynamics.com",
}

var (
	domainShape  = lazyregexp.New(`^(?:[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?\.){1,5}(?:com|net|org|io|de|at|ch|eu|fr|es|it|nl|be|uk|us|cn|jp|au|ca|br|se|no|dk|fi|pl|cz|local|example|test|invalid|cloud|dev|app|ms)$`)
	subjectShape = lazyregexp.New(`^(?:repo:|system:serviceaccount:|sc://|project_path:|organization:|ref:|environment:|/eid1/|p://|pipeline:)[\w./@:{}*-]{1,280}$`)
	wordShape    = lazyregexp.New(`^(?:\p{Lu}?\p{Ll}{1,19}|\p{Lu}{2,12}|\p{Lu}\p{Ll}{2,11}(?:\p{Lu}\p{Ll}{2,11}){1,2}|\d{1,3}|&|GmbH|mbH|KGaA|eG|eV)$`)
	fieldShape   = lazyregexp.New(`^[a-z]{1,14}(?:_[a-z]{1,14}){0,3}$`)
	guidLike     = lazyregexp.New(`^[0-9a-fA-F]{4,12}(?:-[0-9a-fA-F]{1,12}){2,5}$`)
	sha1Shape    = lazyregexp.New(`^[0-9A-Fa-f]{40}$`)
)

// shownAddress returns the part of an address that is shown: scheme and host, and the
// parts of the path that are GUIDs or words. It is empty if the host is not known.
func shownAddress(s string) string {
	u, err := url.Parse(strings.TrimRight(s, ".…"))
	if err != nil || u.Host == "" || u.User != nil {
		return ""
	}
	host := strings.ToLower(u.Hostname())
	known := func(h string) bool {
		truncated := len(host) > 12 && strings.HasPrefix(h, host)
		return host == h || strings.HasSuffix(host, "."+h) || truncated
	}
	if u.Scheme == "api" && (strings.HasPrefix(host, "azureadtokenexchange") || guidOnly().MatchString(host) || wordlike(u.Host)) {
		return "api://" + u.Host + shownPath(u.Path)
	}
	if mixed(host) || !slices.ContainsFunc(microsoftHosts, known) && !slices.ContainsFunc(issuers, known) && !domainShape().MatchString(host) {
		return ""
	}
	return u.Scheme + "://" + u.Host + shownPath(u.Path)
}

func shownPath(path string) string {
	var parts []string
	for part := range strings.SplitSeq(path, "/") {
		switch {
		case part == "", guidOnly().MatchString(part), wordlike(part), part == ".default", part == "v2.0", part == "v1.0", fieldShape().MatchString(part):
			parts = append(parts, part)
		default:
			parts = append(parts, elided)
		}
	}
	return strings.Join(parts, "/")
}

// wordlike reports whether a string consists of words, as the names of organisations,
// branches and applications do, and secrets do not.
func wordlike(s string) bool {
	if s == "" || len(s) > 80 || mixed(s) {
		return false
	}
	return all(s, " -_.,()", wordShape().MatchString)
}

// all reports whether a condition holds for all parts of s between separators.
func all(s, separators string, holds func(string) bool) bool {
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(separators, r) })
	return !slices.ContainsFunc(parts, func(part string) bool { return !holds(part) })
}

// mixed reports whether letters and digits alternate as in random text.
func mixed(s string) bool {
	changes, last := 0, rune(0)
	for _, r := range s {
		if !isAlphanumeric(r) {
			continue
		}
		if last != 0 && unicode.IsDigit(r) != unicode.IsDigit(last) {
			changes++
		}
		last = r
	}
	return changes > 3
}

// shownForm returns a GUID, a domain or a known address, and empty for anything else.
func shownForm(s string) string {
	switch {
	case guidLike().MatchString(s), domainShape().MatchString(s) && !mixed(s):
		return s
	case strings.Contains(s, "://"):
		return shownAddress(s)
	}
	return ""
}

// shownName also returns the name of a directory, which Entra itself puts into messages.
func shownName(s string) string {
	if wordlike(s) && strings.ToLower(s) != s {
		return s
	}
	return shownForm(s)
}

func shownSubject(s string) string {
	if !subjectShape().MatchString(s) {
		return shownForm(s)
	}
	const longest = 40
	return shownIf(s, all(s, "/:@", func(part string) bool {
		return guidOnly().MatchString(part) || len(part) <= longest && (!mixed(part) || strings.ToLower(part) == part)
	}))
}

func shownFields(s string) string { return shownIf(s, all(s, " ,'\"", fieldShape().MatchString)) }

func shownThumbprint(s string) string { return shownIf(s, sha1Shape().MatchString(s)) }

func shownIf(s string, safe bool) string {
	if safe {
		return s
	}
	return ""
}
