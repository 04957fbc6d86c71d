package aadsts

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/lazyregexp"
)

// failure is one error, of which the conditions of the catalogue test traits.
type failure struct {
	*details
	message string
	at      *time.Time // nil if it is not known
}

// traits returns the test of each trait that the catalogue can name.
func traits() map[string]func(failure) bool {
	return map[string]func(failure) bool{
		"client-not-a-guid":    func(f failure) bool { return shown(f.Identifier) != "" && !guidOnly().MatchString(f.Identifier) },
		"client-equals-tenant": func(f failure) bool { return shown(f.Identifier) != "" && strings.EqualFold(f.Identifier, f.Directory) },
		"caller-is-application": func(f failure) bool { // the message begins with the application
			return strings.HasPrefix(squashString(clip(f.message, 60)), "application")
		},
		"key-expired": func(f failure) bool { // the registered certificate was not valid
			return f.at != nil && f.KeyEnd != nil && f.KeyStart != nil && (f.at.After(*f.KeyEnd) || f.at.Before(*f.KeyStart))
		},
		"assertion-in-future": func(f failure) bool { return f.Now != nil && f.Now.Before(*f.ValidFrom) },
		"assertion-off-by-hours": func(f failure) bool { // it expired whole hours ago, as in another time zone
			late, ok := f.late()
			return ok && (wholeHours(late, 90*time.Second) || f.madeHoursAgo(late))
		},
		"assertion-off-by-minutes": func(f failure) bool {
			late, ok := f.late()
			return ok && late <= 3*time.Minute
		},
		"assertion-expired": func(f failure) bool {
			_, ok := f.late()
			return ok
		},
		"resource-is-sign-in-host": func(f failure) bool { return hostIs(f.Resource, signInHosts) },
		"resource-of-other-cloud":  func(f failure) bool { return hostIs(f.Resource, otherClouds) },
		"resource-malformed":       func(f failure) bool { return noAddress().MatchString(f.Resource) },
		"parameter-scope":          names("scope"),
		"parameter-secret":         names("client_secret", "client_assertion", "client_assertion_type"),
		"parameter-client":         names("client_id"),
		"parameter-resource":       names("resource"),
		"parameter-user":           names("code", "refresh_token", "username", "password", "redirect_uri", "device_code", "assertion"),
		"parameter-claim":          names("iss", "aud", "sub", "jti", "exp", "nbf"),
	}
}

// madeHoursAgo reports whether an assertion was created whole hours ago by the server's
// clock, as by a machine in another time zone. If the assertion does not say when it became
// valid, the usual lifetimes are tried.
func (d *details) madeHoursAgo(late time.Duration) bool {
	if lifetime := d.ValidUntil.Sub(*d.ValidFrom); lifetime < 24*time.Hour {
		return wholeHours(late+lifetime, 90*time.Second)
	}
	return wholeHours(late+5*time.Minute, 5*time.Second) || wholeHours(late+10*time.Minute, 5*time.Second)
}

// wholeHours reports whether d may be the difference of two time zones.
func wholeHours(d, tolerance time.Duration) bool {
	whole := d.Round(time.Hour)
	return whole >= time.Hour && whole <= 14*time.Hour && (d-whole).Abs() <= tolerance
}

// late returns how long ago the assertion had expired when it was sent.
func (d *details) late() (time.Duration, bool) {
	if d.Now == nil || d.ValidUntil == nil || !d.Now.After(*d.ValidUntil) {
		return 0, false
	}
	return d.Now.Sub(*d.ValidUntil), true
}

// names returns a test for a message that names one of these parameters, alone or as in
// "client_secret or client_assertion".
func names(parameters ...string) func(failure) bool {
	return func(f failure) bool {
		named := strings.ToLower(f.Parameter)
		return slices.ContainsFunc(parameters, func(p string) bool {
			rest, ok := strings.CutPrefix(named, p)
			return ok && (rest == "" || strings.Contains(rest, "or"))
		})
	}
}

var (
	noAddress   = lazyregexp.New(`(?i)^(?:api|https?):?/*$|^/|^\.default$`) // a scheme without a host
	signInHosts = []string{"login.microsoftonline.com", "login.microsoftonline.us", "login.microsoft.com", "login.windows.net", "login.chinacloudapi.cn", "login.partner.microsoftonline.cn"}
	otherClouds = []string{"graph.microsoft.us", "dod-graph.microsoft.us", "microsoftgraph.chinacloudapi.cn", "graph.microsoft.de"}
)

func hostIs(resource string, hosts []string) bool {
	u, err := url.Parse(resource)
	return err == nil && slices.Contains(hosts, strings.ToLower(u.Hostname()))
}
