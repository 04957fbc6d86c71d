package graph

import (
	"context"
	"errors"
	"net/http"
	"time"

	abs "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/applications"
	"github.com/microsoftgraph/msgraph-sdk-go/serviceprincipals"

	"github.com/spcheck/spcheck/internal/objects"
)

// ScanPart is what one listing of a scan reads.
type ScanPart int

// The parts of a scan. A tenant's passwords and certificates are listed apart:
// $select with keyCredentials would put the whole scan under Graph's limit of
// 150 such requests a minute and tenant. Certificates are asked for by a filter,
// so that only objects that have some are sent, and without $select, so that
// they come without the key itself and without that limit (Graph documentation
// of keyCredentials).
const (
	ScanPasswords ScanPart = iota
	ScanCertificates
	// ScanFederated lists the applications that have federated credentials,
	// ScanOwnerless the objects that nobody owns; of these, only the ID and the
	// application ID are read.
	ScanFederated
	ScanOwnerless
)

// Scan is one listing of a tenant.
type Scan struct {
	// Kind is objects.OnApplication or objects.OnServicePrincipal.
	Kind string
	Part ScanPart
	// Object is told of each object. For passwords and certificates those without
	// any are counted only. The object is good until the next call.
	Object func(*objects.Listed) error
	// Page is told of each page that was read; it may be nil.
	Page func(ScanPage)
	// Restart says that the listing begins anew, since its page tokens expired:
	// whatever was kept of it must be dropped. It may be nil.
	Restart func()
}

// ScanPage counts one page.
type ScanPage struct {
	Objects int
	// ResourceUnits is what the page cost of the tenant's quota
	// (x-ms-resource-unit), 0 where Graph did not say.
	ResourceUnits int
}

// Bounds of a listing.
const (
	scanTop      = 999    // the largest page that Graph gives
	scanPages    = 20_000 // some 20 million objects
	scanRestarts = 5
)

// ErrTooManyPages ends a listing that does not.
var ErrTooManyPages = errors.New("the listing has more pages than a tenant can have")

// Scan reads a listing to its end, with one page ahead of the one that is being
// visited. It takes Graph's word for the end: an error means that something was
// not read.
func (c *Client) Scan(ctx context.Context, s Scan) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // ends the page ahead
	run := &scanRun{client: c, scan: s}
	err := run.all(ctx, s.request)
	if s.Part == ScanCertificates && isUnsupported(err) {
		// A Graph that cannot filter by certificates lists all objects with them;
		// then the limit of 150 requests a minute holds.
		run.begin()
		err = run.all(ctx, s.unfiltered)
	}
	return need(err, NeedApplications)
}

// filters of the parts that need an advanced query.
func (s Scan) filter() string {
	switch s.Part {
	case ScanCertificates:
		return "keyCredentials/any(k:k/endDateTime ge 1970-01-01T00:00:00Z)"
	case ScanFederated:
		return "federatedIdentityCredentials/$count ne 0"
	case ScanOwnerless:
		return "owners/$count eq 0"
	}
	return ""
}

func (s Scan) fields() []string {
	switch {
	case s.Part == ScanCertificates:
		return nil
	case s.Part != ScanPasswords:
		return []string{"id", "appId"}
	case s.Kind == objects.OnServicePrincipal:
		return append(principalFields(), "passwordCredentials")
	}
	return []string{"id", "appId", "displayName", "passwordCredentials"}
}

func principalFields() []string {
	return []string{"id", "appId", "displayName", "servicePrincipalType", "appOwnerOrganizationId", "preferredSingleSignOnMode"}
}

func (s Scan) request(ctx context.Context, c *Client) (*abs.RequestInformation, error) {
	return s.build(ctx, c, s.filter(), s.fields())
}

func (s Scan) unfiltered(ctx context.Context, c *Client) (*abs.RequestInformation, error) {
	fields := []string{"id", "appId", "displayName", "keyCredentials"}
	if s.Kind == objects.OnServicePrincipal {
		fields = append(principalFields(), "keyCredentials")
	}
	return s.build(ctx, c, "", fields)
}

func (s Scan) build(ctx context.Context, c *Client, filter string, fields []string) (*abs.RequestInformation, error) {
	headers := abs.NewRequestHeaders()
	// A scan gives way to people and services of the same tenant where Graph has
	// to choose (Graph documentation of throttling).
	headers.Add("x-ms-throttle-priority", "Low")
	var count *bool
	var where *string
	if filter != "" {
		headers.Add("ConsistencyLevel", "eventual")
		where, count = &filter, ptr(true)
	}
	if s.Kind == objects.OnServicePrincipal {
		ri, err := c.servicePrincipals().ToGetRequestInformation(ctx, &serviceprincipals.ServicePrincipalsRequestBuilderGetRequestConfiguration{
			Headers: headers,
			QueryParameters: &serviceprincipals.ServicePrincipalsRequestBuilderGetQueryParameters{
				Top: ptr[int32](scanTop), Select: fields, Filter: where, Count: count,
			},
		})
		return ri, buildError(err)
	}
	ri, err := c.applications().ToGetRequestInformation(ctx, &applications.ApplicationsRequestBuilderGetRequestConfiguration{
		Headers: headers,
		QueryParameters: &applications.ApplicationsRequestBuilderGetQueryParameters{
			Top: ptr[int32](scanTop), Select: fields, Filter: where, Count: count,
		},
	})
	return ri, buildError(err)
}

func buildError(err error) error {
	if err != nil {
		return errBuild
	}
	return nil
}

// pace is how long to hold back before the next page: Graph tells how much of
// the quota is used once that is more than 80 % (x-ms-throttle-limit-percentage,
// from 0.8 to 1.8).
func pace(h http.Header) time.Duration {
	used := number(h.Get("X-Ms-Throttle-Limit-Percentage"))
	if used < 0.8 {
		return 0
	}
	return time.Duration((min(used, 1.8) - 0.7) * float64(2*time.Second))
}
