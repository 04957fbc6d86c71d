package graph

import (
	"context"
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

// Scan reads a listing to its end. It fetches one page ahead of the visitor. Without an
// error, everything was read as far as Graph says.
func (c *Client) Scan(ctx context.Context, s scanning) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // cancels the prefetched page
	run := &scanRun{client: c, scan: s}
	q := query{"select": fieldsOf(s, "passwordCredentials")}
	switch s.Part {
	case objects.Certificates: // with $select, the limit of 150 requests per minute would apply
		q = query{"filter": "keyCredentials/any(k:k/endDateTime ge 1970-01-01T00:00:00Z)"}
	case objects.WithFederation: // a rule reports their names
		q = query{"filter": "federatedIdentityCredentials/$count ne 0", "select": []string{"id", "appId", "displayName"}}
	case objects.Ownerless:
		q = query{"filter": "owners/$count eq 0", "select": []string{"id", "appId"}}
	}
	q["top"] = scanTop
	err := run.all(ctx, firstPage(c.collection(s.Kind), q))
	if s.Part == objects.Certificates && isUnsupported(err) {
		// If Graph cannot filter by certificates, list all objects with them.
		run.begin()
		q = query{"top": scanTop, "select": fieldsOf(s, "keyCredentials")}
		err = run.all(ctx, firstPage(c.collection(s.Kind), q))
	}
	return need(err, NeedApplications)
}

// fieldsOf returns the properties that a scan reads of each object, and those given.
func fieldsOf(s scanning, credentials ...string) []string {
	fields := []string{"id", "appId", "displayName"}
	if s.Kind == objects.OnServicePrincipal {
		fields = append(fields, "servicePrincipalType", "appOwnerOrganizationId", "preferredSingleSignOnMode",
			"preferredTokenSigningKeyThumbprint", "accountEnabled")
	}
	if s.Created {
		fields = append(fields, "createdDateTime")
	}
	return append(fields, credentials...)
}

// firstPage returns the request for the first page of a listing. A filter makes it an
// advanced query.
func firstPage(b builder, q query) *abs.RequestInformation {
	filtered := q["filter"] != nil
	if filtered {
		q["count"] = true
	}
	ri := request(b, q)
	// With low priority, Graph throttles a scan before it throttles people and services
	// of the same tenant (Graph documentation of throttling).
	ri.Headers.Add("x-ms-throttle-priority", "Low")
	if filtered {
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
