package graph

import (
	"context"
	"errors"
	"net/http"
	"time"

	abs "github.com/microsoft/kiota-abstractions-go"

	"github.com/spcheck/spcheck/internal/objects"
)

// scanning is one listing of a tenant.
type scanning = objects.Listing

// Limits of a listing.
const (
	scanTop      = 999    // Graph's largest page
	scanPages    = 20_000 // about 20 million objects
	scanRestarts = 5
)

// errTooManyPages ends a listing that never ends by itself.
var errTooManyPages = errors.New("the listing has more pages than a tenant can have")

// Scan reads a listing to its end. It fetches one page ahead of the visitor. Without an
// error, everything was read as far as Graph says.
func (c *Client) Scan(ctx context.Context, s scanning) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // cancels the prefetched page
	run := &scanRun{client: c, scan: s}
	err := run.all(ctx, filtered)
	if s.Part == objects.Certificates && isUnsupported(err) {
		// If Graph cannot filter by certificates, list all objects with them. Then the
		// limit of 150 requests per minute applies.
		run.begin()
		err = run.all(ctx, unfiltered)
	}
	return need(err, NeedApplications)
}

// filterOf returns the filter of parts that require an advanced query.
func filterOf(s scanning) string {
	switch s.Part {
	case objects.Certificates:
		return "keyCredentials/any(k:k/endDateTime ge 1970-01-01T00:00:00Z)"
	case objects.WithFederation:
		return "federatedIdentityCredentials/$count ne 0"
	case objects.Ownerless:
		return "owners/$count eq 0"
	}
	return ""
}

func fieldsOf(s scanning) []string {
	switch {
	case s.Part == objects.Certificates:
		return nil
	case s.Part == objects.WithFederation: // a rule reports their names
		return []string{"id", "appId", "displayName"}
	case s.Part != objects.Passwords:
		return []string{"id", "appId"}
	case s.Kind == objects.OnServicePrincipal:
		return append(principalFields(), dated(s, "passwordCredentials")...)
	}
	return append([]string{"id", "appId", "displayName"}, dated(s, "passwordCredentials")...)
}

// dated adds the creation date if it is requested.
func dated(s scanning, field string) []string {
	if s.Created {
		return []string{"createdDateTime", field}
	}
	return []string{field}
}

func principalFields() []string {
	return []string{"id", "appId", "displayName", "servicePrincipalType", "appOwnerOrganizationId", "preferredSingleSignOnMode", "preferredTokenSigningKeyThumbprint", "accountEnabled"}
}

// filtered is the request for a part.
func filtered(c *Client, s scanning) *abs.RequestInformation {
	return c.scanRequest(s.Kind, filterOf(s), fieldsOf(s))
}

// unfiltered is the request for certificates if Graph does not support the filter.
func unfiltered(c *Client, s scanning) *abs.RequestInformation {
	fields := append([]string{"id", "appId", "displayName"}, dated(s, "keyCredentials")...)
	if s.Kind == objects.OnServicePrincipal {
		fields = append(principalFields(), dated(s, "keyCredentials")...)
	}
	return c.scanRequest(s.Kind, "", fields)
}

func (c *Client) scanRequest(kind, filter string, fields []string) *abs.RequestInformation {
	q := query{"top": scanTop}
	if len(fields) > 0 {
		q["select"] = fields
	}
	if filter != "" {
		q["filter"], q["count"] = filter, true
	}
	ri := request(c.collection(kind), q)
	// With low priority, Graph throttles a scan before it throttles people and services
	// of the same tenant (Graph documentation of throttling).
	ri.Headers.Add("x-ms-throttle-priority", "Low")
	if filter != "" {
		ri.Headers.Add("ConsistencyLevel", "eventual")
	}
	return ri
}

// pace returns the pause before the next page. Above 80 % of the quota, Graph reports
// how much is used (x-ms-throttle-limit-percentage, from 0.8 to 1.8).
func pace(h http.Header) time.Duration {
	used := number(h.Get("X-Ms-Throttle-Limit-Percentage"))
	if used < 0.8 {
		return 0
	}
	return time.Duration((min(used, 1.8) - 0.7) * float64(2*time.Second))
}
