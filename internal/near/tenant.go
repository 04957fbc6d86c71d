package near

import (
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/lazyregexp"
)

// initialDomains are the suffixes of the domain that every tenant has from the beginning, by
// cloud. Source: Microsoft Entra, "Custom domain names"; for China, 21Vianet.
var initialDomains = []string{"onmicrosoft.com", "onmicrosoft.us", "partner.onmschina.cn"}

// maxInitial is the maximum length of the name before the suffix, in characters. Source: the
// form for a new tenant.
const maxInitial = 27

var (
	guid   = lazyregexp.New(`(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
	digits = lazyregexp.New(`(?i)^[0-9a-f]{32}$`)
	label  = lazyregexp.New(`(?i)^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)
	domain = lazyregexp.New(`(?i)^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$`)
)

// GUID returns the GUID in a longer value, such as a URL or an identifier URI, or the GUID of
// a value without hyphens. It is empty if there is none or more than one, or if the value
// is a GUID already.
func GUID(s string) string {
	if digits().MatchString(s) {
		return strings.ToLower(s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:])
	}
	if found := guid().FindAllString(s, -1); len(found) == 1 && found[0] != s {
		return strings.ToLower(found[0])
	}
	return ""
}

// Tenant returns the GUID or domain that was probably meant: the one in a URL or a user
// name, or a name with a missing or misspelled suffix. It is empty if there is no
// suggestion.
func Tenant(s string) string {
	switch strings.ToLower(s) {
	case "common", "organizations", "consumers", "adfs":
		return "" // these do not mean a single tenant of Entra
	}
	if id := GUID(s); id != "" {
		return id
	}
	rest := strings.ToLower(strings.TrimSpace(s))
	if _, after, ok := strings.Cut(rest, "://"); ok {
		return tenantOfURL(after)
	}
	if _, after, ok := strings.Cut(rest, "@"); ok && domain().MatchString(after) {
		return spelled(after)
	}
	switch meant := spelled(rest); {
	case meant != rest:
		return meant
	case label().MatchString(rest) && len(rest) <= maxInitial:
		return rest + "." + initialDomains[0]
	}
	return ""
}

// tenantOfURL returns the tenant of a URL without its scheme: the first part of the path, as
// in a token endpoint, or the host.
func tenantOfURL(s string) string {
	host, path, _ := strings.Cut(s, "/")
	first, _, _ := strings.Cut(path, "/")
	for _, part := range []string{first, host} {
		if domain().MatchString(part) && !strings.HasPrefix(part, "login.") {
			return spelled(part)
		}
	}
	return ""
}

// wrong is how many letters of a suffix may be wrong. It is longer than most words.
const wrong = far + 1

// spelled corrects a misspelled suffix of an initial domain. It returns anything else
// unchanged.
func spelled(s string) string {
	if slices.ContainsFunc(initialDomains, func(d string) bool { return strings.HasSuffix(s, "."+d) }) {
		return s
	}
	for at, c := range s {
		if c != '.' || at == 0 {
			continue
		}
		name, ending := s[:at], s[at+1:]
		for _, d := range initialDomains {
			brand, _, _ := strings.Cut(d, ".")
			if distance(ending, d) <= wrong || ending == brand || ending == strings.TrimPrefix(d, "on") {
				return name + "." + d
			}
			if n, joined := strings.CutSuffix(name, brand); joined && n != "" && d == brand+"."+ending {
				return n + "." + d
			}
		}
	}
	return s
}
