package aadsts

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/lazyregexp"
)

// trait is a condition on the details of a message, for the catalogue.
type trait string

const (
	clientNotGUID      trait = "client-not-a-guid"
	clientEqualsTenant trait = "client-equals-tenant"
	callerIsApp        trait = "caller-is-application" // the message begins with the application
	keyExpired         trait = "key-expired"           // the registered certificate was out of its dates

	assertionInFuture     trait = "assertion-in-future"
	assertionOffByHours   trait = "assertion-off-by-hours" // ended whole hours ago: a time zone
	assertionOffByMinutes trait = "assertion-off-by-minutes"
	assertionExpired      trait = "assertion-expired" // ended longer ago

	resourceIsSignInHost  trait = "resource-is-sign-in-host"
	resourceMalformed     trait = "resource-malformed" // a scheme with nothing behind it
	resourceOfOtherCloud  trait = "resource-of-other-cloud"
	parameterIsScope      trait = "parameter-scope"
	parameterIsSecret     trait = "parameter-secret"
	parameterIsClient     trait = "parameter-client"
	parameterIsResource   trait = "parameter-resource"
	parameterIsOfUser     trait = "parameter-user"
	parameterIsOfTheToken trait = "parameter-claim"
)

// traitTests returns the test of each trait. at is the time of the error, nil if it is not
// known.
func traitTests() map[trait]func(d *details, message string, at *time.Time) bool {
	return map[trait]func(d *details, message string, at *time.Time) bool{
		clientNotGUID: func(d *details, _ string, _ *time.Time) bool {
			return shown(d.Identifier) != "" && !guidOnly().MatchString(d.Identifier)
		},
		clientEqualsTenant: func(d *details, _ string, _ *time.Time) bool {
			return shown(d.Identifier) != "" && strings.EqualFold(d.Identifier, d.Directory)
		},
		callerIsApp: func(_ *details, message string, _ *time.Time) bool {
			return strings.HasPrefix(squashString(clip(message, 60)), "application")
		},
		keyExpired: func(d *details, _ string, at *time.Time) bool {
			return at != nil && d.KeyEnd != nil && d.KeyStart != nil && (at.After(*d.KeyEnd) || at.Before(*d.KeyStart))
		},
		assertionInFuture: func(d *details, _ string, _ *time.Time) bool {
			return d.Now != nil && d.Now.Before(*d.ValidFrom)
		},
		assertionOffByHours: func(d *details, _ string, _ *time.Time) bool {
			late, ok := d.late()
			return ok && (wholeHours(late, 90*time.Second) || d.madeHoursAgo(late))
		},
		assertionOffByMinutes: func(d *details, _ string, _ *time.Time) bool {
			late, ok := d.late()
			return ok && late <= 3*time.Minute
		},
		assertionExpired: func(d *details, _ string, _ *time.Time) bool {
			_, ok := d.late()
			return ok
		},
		resourceIsSignInHost: func(d *details, _ string, _ *time.Time) bool { return host(d.Resource, signInHosts) },
		resourceMalformed: func(d *details, _ string, _ *time.Time) bool {
			return noAddress().MatchString(d.Resource)
		},
		resourceOfOtherCloud:  func(d *details, _ string, _ *time.Time) bool { return host(d.Resource, otherClouds) },
		parameterIsScope:      parameter("scope"),
		parameterIsSecret:     parameter("client_secret", "client_assertion", "client_assertion_type"),
		parameterIsClient:     parameter("client_id"),
		parameterIsResource:   parameter("resource"),
		parameterIsOfUser:     parameter("code", "refresh_token", "username", "password", "redirect_uri", "device_code", "assertion"),
		parameterIsOfTheToken: parameter("iss", "aud", "sub", "jti", "exp", "nbf"),
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

// parameter returns a test for a message that names one of these parameters, alone or as in
// "client_secret or client_assertion".
func parameter(names ...string) func(*details, string, *time.Time) bool {
	return func(d *details, _ string, _ *time.Time) bool {
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
