package aadsts

import (
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/spcheck/spcheck/internal/lazyregexp"
)

// What a message names is shown where its form says what it is: GUIDs, domains,
// addresses of known hosts, names made of words. A value that is in the wrong
// place, such as a secret in the place of a client ID, has none of these forms.

// issuers are hosts whose tokens and addresses messages name, beside Microsoft's.
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
	hexPrint     = lazyregexp.New(`^[0-9A-Fa-f]{40}$`)
)

// shownAddress is the part of an address that is shown: scheme and host of a known
// one, and the parts of its path that are GUIDs or words. It is empty for others.
func shownAddress(s string) string {
	u, err := url.Parse(strings.TrimRight(s, ".…"))
	if err != nil || u.Host == "" || u.User != nil {
		return ""
	}
	host := strings.ToLower(u.Hostname())
	known := func(h string) bool { return host == h || strings.HasSuffix(host, "."+h) }
	if u.Scheme == "api" && (strings.HasPrefix(host, "azureadtokenexchange") || guidOnly().MatchString(host) || wordlike(u.Host)) {
		return "api://" + u.Host + shownPath(u.Path)
	}
	typo := func(h string) bool { return len(host) > 12 && strings.HasPrefix(h, host) }
	if !slices.ContainsFunc(ourHosts, known) && !slices.ContainsFunc(ourHosts, typo) && !slices.ContainsFunc(issuers, known) && !domainShape().MatchString(host) || mixed(host) {
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

// wordlike reports whether a part of a name consists of words, as names of
// organisations, branches and applications do, and secrets do not.
func wordlike(s string) bool {
	if s == "" || len(s) > 80 || mixed(s) {
		return false
	}
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" -_.,()", r) }) {
		if !wordShape().MatchString(w) {
			return false
		}
	}
	return true
}

// mixed reports whether letters and digits alternate as in random text.
func mixed(s string) bool {
	changes, last := 0, 0
	for _, r := range s {
		class := 0
		switch {
		case unicode.IsDigit(r):
			class = 1
		case unicode.IsLetter(r):
			class = 2
		}
		if class != 0 && last != 0 && class != last {
			changes++
		}
		if class != 0 {
			last = class
		}
	}
	return changes > 3
}

// safe returns the details with every value left out that is not of its form.
func (d details) safe() details {
	for _, f := range []struct {
		field *string
		shows func(string) string
	}{
		{&d.Identifier, shownForm}, {&d.Directory, shownName}, {&d.Resource, shownForm}, {&d.Issuer, shownForm},
		{&d.Audience, shownForm}, {&d.Subject, shownSubject}, {&d.Proposed, shownSubject}, {&d.Parameter, shownFields},
		{&d.Reason, excerpt}, {&d.Thumbprint, shownPrint},
	} {
		if *f.field == "" || masked(*f.field) {
			continue
		}
		if *f.field = f.shows(*f.field); *f.field == "" {
			*f.field = redacted
		}
	}
	return d
}

// shownForm is a value that its form tells: a GUID, a domain, an address.
func shownForm(s string) string {
	switch {
	case guidLike().MatchString(s), domainShape().MatchString(s) && !mixed(s):
		return s
	case strings.Contains(s, "://"):
		return shownAddress(s)
	}
	return ""
}

// shownName is the name of a directory, which Entra itself puts into a message.
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
	for part := range strings.FieldsFuncSeq(s, func(r rune) bool { return strings.ContainsRune("/:@", r) }) {
		const longest = 40
		if !guidOnly().MatchString(part) && (len(part) > longest || mixed(part) && strings.ToLower(part) != part) {
			return ""
		}
	}
	return s
}

func shownFields(s string) string {
	for field := range strings.FieldsFuncSeq(s, func(r rune) bool { return strings.ContainsRune(" ,'\"", r) }) {
		if !fieldShape().MatchString(field) {
			return ""
		}
	}
	return s
}

func shownPrint(s string) string {
	if hexPrint().MatchString(s) {
		return s
	}
	return ""
}
