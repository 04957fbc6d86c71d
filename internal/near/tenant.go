package near

import (
	"github.com/spcheck/spcheck/internal/lazyregexp"

	"strings"
)

// initialDomains are the endings of the domains that every tenant begins with, by
// cloud. Source: Microsoft Entra, "Custom domain names"; for China, 21Vianet.
var initialDomains = []string{"onmicrosoft.com", "onmicrosoft.us", "partner.onmschina.cn"}

// maxInitial is the longest name that an initial domain may begin with, in
// characters (the form for a new tenant).
const maxInitial = 27

var (
	guid   = lazyregexp.New(`(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
	digits = lazyregexp.New(`(?i)^[0-9a-f]{32}$`)
	label  = lazyregexp.New(`(?i)^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)
	domain = lazyregexp.New(`(?i)^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$`)
)

// GUID is the GUID in a value that has more around it, as a URL or an identifier
// URI has, or that lacks its hyphens; empty where there is none, where there are
// several, or where the value is it.
func GUID(s string) string {
	if digits().MatchString(s) {
		return strings.ToLower(s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:])
	}
	if found := guid().FindAllString(s, -1); len(found) == 1 && found[0] != s {
		return strings.ToLower(found[0])
	}
	return ""
}

// Tenant is the GUID or domain that was meant by a tenant: inside of a URL or a
// user name, without its ending, or with an ending that is nearly that of the
// domain every tenant has. It is empty where nothing suggests one.
func Tenant(s string) string {
	switch strings.ToLower(s) {
	case "common", "organizations", "consumers", "adfs":
		return "" // Words that stand for more than one tenant, or for none of Entra's.
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

// tenantOfURL is the tenant of an address without its scheme: the first part of its
// path, as in a token endpoint, else its host.
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

// wrong is how many letters of the ending of a domain may be wrong: it is longer
// than most words.
const wrong = far + 1

// spelled is a domain whose ending is nearly an initial domain's, with that ending.
// Anything else is returned as it is.
func spelled(s string) string {
	for _, d := range initialDomains {
		if strings.HasSuffix(s, "."+d) {
			return s
		}
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
