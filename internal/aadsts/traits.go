package aadsts

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/lazyregexp"
)

// Trait is something that the details of a message show, for the conditions of
// the catalogue.
type Trait string

// The traits.
const (
	ClientNotGUID      Trait = "client-not-a-guid"
	ClientEqualsTenant Trait = "client-equals-tenant"
	CallerIsApp        Trait = "caller-is-application" // the message begins with the application
	KeyEnded           Trait = "key-ended"             // the registered certificate was out of its dates

	AssertionInFuture     Trait = "assertion-in-future"
	AssertionOffByHours   Trait = "assertion-off-by-hours" // ended whole hours ago: a time zone
	AssertionOffByMinutes Trait = "assertion-off-by-minutes"
	AssertionEnded        Trait = "assertion-ended" // ended longer ago

	ResourceIsSignInHost  Trait = "resource-is-sign-in-host"
	ResourceMalformed     Trait = "resource-malformed" // a scheme with nothing behind it
	ResourceOfOtherCloud  Trait = "resource-of-other-cloud"
	ParameterIsScope      Trait = "parameter-scope"
	ParameterIsSecret     Trait = "parameter-secret"
	ParameterIsClient     Trait = "parameter-client"
	ParameterIsResource   Trait = "parameter-resource"
	ParameterIsOfUser     Trait = "parameter-user"
	ParameterIsOfTheToken Trait = "parameter-claim"
)

// traitTests lists every trait with its test. at is the time of the error, nil
// where it is not known.
var traitTests = map[Trait]func(d *Details, message string, at *time.Time) bool{
	ClientNotGUID: func(d *Details, _ string, _ *time.Time) bool {
		return shown(d.Identifier) != "" && !guidOnly.MatchString(d.Identifier)
	},
	ClientEqualsTenant: func(d *Details, _ string, _ *time.Time) bool {
		return shown(d.Identifier) != "" && strings.EqualFold(d.Identifier, d.Directory)
	},
	CallerIsApp: func(_ *Details, message string, _ *time.Time) bool {
		return strings.HasPrefix(squashString(clip(message, 60)), "application")
	},
	KeyEnded: func(d *Details, _ string, at *time.Time) bool {
		return at != nil && d.KeyEnd != nil && d.KeyStart != nil && (at.After(*d.KeyEnd) || at.Before(*d.KeyStart))
	},
	AssertionInFuture: func(d *Details, _ string, _ *time.Time) bool {
		return d.Now != nil && d.Now.Before(*d.ValidFrom)
	},
	AssertionOffByHours: func(d *Details, _ string, _ *time.Time) bool {
		late, ok := d.late()
		return ok && (wholeHours(late, 90*time.Second) || d.madeHoursAgo(late))
	},
	AssertionOffByMinutes: func(d *Details, _ string, _ *time.Time) bool {
		late, ok := d.late()
		return ok && late <= 3*time.Minute
	},
	AssertionEnded: func(d *Details, _ string, _ *time.Time) bool {
		_, ok := d.late()
		return ok
	},
	ResourceIsSignInHost: func(d *Details, _ string, _ *time.Time) bool { return host(d.Resource, signInHosts) },
	ResourceMalformed: func(d *Details, _ string, _ *time.Time) bool {
		return noAddress.MatchString(d.Resource)
	},
	ResourceOfOtherCloud:  func(d *Details, _ string, _ *time.Time) bool { return host(d.Resource, otherClouds) },
	ParameterIsScope:      parameter("scope"),
	ParameterIsSecret:     parameter("client_secret", "client_assertion", "client_assertion_type"),
	ParameterIsClient:     parameter("client_id"),
	ParameterIsResource:   parameter("resource"),
	ParameterIsOfUser:     parameter("code", "refresh_token", "username", "password", "redirect_uri", "device_code", "assertion"),
	ParameterIsOfTheToken: parameter("iss", "aud", "sub", "jti", "exp", "nbf"),
}

// madeHoursAgo reports whether an assertion was made whole hours ago by the
// server's clock, as a machine in another time zone makes it. Where the assertion
// does not say since when it is valid, the usual lifetimes are tried, exactly.
func (d *Details) madeHoursAgo(late time.Duration) bool {
	if lifetime := d.ValidUntil.Sub(*d.ValidFrom); lifetime < 24*time.Hour {
		return wholeHours(late+lifetime, 90*time.Second)
	}
	return wholeHours(late+5*time.Minute, 5*time.Second) || wholeHours(late+10*time.Minute, 5*time.Second)
}

// wholeHours reports whether d is as long as the difference of two time zones.
func wholeHours(d, tolerance time.Duration) bool {
	whole := d.Round(time.Hour)
	return whole >= time.Hour && whole <= 14*time.Hour && (d-whole).Abs() <= tolerance
}

// late is how long ago the assertion ended when it was sent.
func (d *Details) late() (time.Duration, bool) {
	if d.Now == nil || d.ValidUntil == nil || !d.Now.After(*d.ValidUntil) {
		return 0, false
	}
	return d.Now.Sub(*d.ValidUntil), true
}

// parameter tests for a message that names one of these parameters, alone or as
// "client_secret or client_assertion".
func parameter(names ...string) func(*Details, string, *time.Time) bool {
	return func(d *Details, _ string, _ *time.Time) bool {
		named := strings.ToLower(d.Parameter)
		return slices.ContainsFunc(names, func(name string) bool {
			return name == named || strings.HasPrefix(named, name) && strings.Contains(named[len(name):], "or")
		})
	}
}

var (
	noAddress   = lazyregexp.New(`(?i)^(?:api|https?):?/*$|^/|^\.default$`)
	signInHosts = []string{"login.microsoftonline.com", "login.microsoftonline.us", "login.microsoft.com", "login.windows.net", "login.chinacloudapi.cn", "login.partner.microsoftonline.cn"}
	otherClouds = []string{"graph.microsoft.us", "dod-graph.microsoft.us", "microsoftgraph.chinacloudapi.cn", "graph.microsoft.de"}
)

func host(resource string, hosts []string) bool {
	u, err := url.Parse(resource)
	return err == nil && slices.Contains(hosts, strings.ToLower(u.Hostname()))
}
