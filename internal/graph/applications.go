package graph

import (
	"context"
	"strings"
	"time"

	"github.com/microsoftgraph/msgraph-sdk-go/applications"
	"github.com/microsoftgraph/msgraph-sdk-go/applicationswithappid"

	"github.com/spcheck/spcheck/internal/objects"
)

func (c *Client) applications() *applications.ApplicationsRequestBuilder {
	return applications.NewApplicationsRequestBuilderInternal(map[string]string{}, c.adapter)
}

// Application reads one application by its object ID.
func (c *Client) Application(ctx context.Context, id string) (objects.Application, error) {
	ri, err := c.applications().ByApplicationId(id).ToGetRequestInformation(ctx, nil)
	if err != nil {
		return objects.Application{}, errBuild
	}
	o, err := c.get(ctx, ri)
	if err != nil {
		return objects.Application{}, need(err, NeedApplications)
	}
	return c.appWithThumbprints(ctx, application(o)), nil
}

// ApplicationByAppID reads an application by its client ID. It returns nil where
// the tenant has none, as for applications of other tenants.
func (c *Client) ApplicationByAppID(ctx context.Context, appID string) (*objects.Application, error) {
	matches := func(o item) bool { return equalFold(o.text("appId"), appID) }
	found, err := c.filterApplications(ctx, "appId eq "+quote(appID), matches)
	if len(found) > 0 {
		return &found[0], nil
	}
	if err != nil && !isUnsupported(err) && !IsForbidden(err) {
		return nil, err
	}
	b := applicationswithappid.NewApplicationsWithAppIdRequestBuilderInternal(map[string]string{}, c.adapter, &appID)
	ri, buildErr := b.ToGetRequestInformation(ctx, nil)
	if buildErr != nil {
		return nil, errBuild
	}
	o, err := c.byKey(ctx, ri, err)
	if o == nil || err != nil {
		return nil, err
	}
	return ptr(c.appWithThumbprints(ctx, application(o))), nil
}

// ApplicationsByName lists the applications of a display name.
func (c *Client) ApplicationsByName(ctx context.Context, name string) ([]objects.Application, error) {
	return c.filterApplications(ctx, "displayName eq "+quote(name), func(o item) bool {
		return equalFold(o.text("displayName"), name)
	})
}

func (c *Client) filterApplications(ctx context.Context, filter string, matches func(item) bool) ([]objects.Application, error) {
	ri, err := c.applications().ToGetRequestInformation(ctx, &applications.ApplicationsRequestBuilderGetRequestConfiguration{
		QueryParameters: &applications.ApplicationsRequestBuilderGetQueryParameters{Filter: &filter},
	})
	if err != nil {
		return nil, errBuild
	}
	var found []objects.Application
	complete, err := c.list(ctx, ri, namePages, func(o item) error {
		if matches(o) {
			found = append(found, application(o))
		}
		return nil
	})
	if err == nil && !complete && len(found) == 0 {
		err = ErrTooManyPages // what was not seen may still be there
	}
	if err != nil {
		return nil, need(err, NeedApplications)
	}
	for i := range found {
		found[i] = c.appWithThumbprints(ctx, found[i])
	}
	return found, nil
}

// EachApplication visits every application of the tenant with its credentials,
// and reports whether it reached the end. visit may return ErrEnough.
func (c *Client) EachApplication(ctx context.Context, visit func(objects.Application) error) (complete bool, err error) {
	ri, err := c.applications().ToGetRequestInformation(ctx, &applications.ApplicationsRequestBuilderGetRequestConfiguration{
		QueryParameters: &applications.ApplicationsRequestBuilderGetQueryParameters{
			Top:    ptr[int32](999),
			Select: []string{"id", "appId", "displayName", "signInAudience", "createdDateTime", "passwordCredentials", "keyCredentials"},
		},
	})
	if err != nil {
		return false, errBuild
	}
	complete, err = c.list(ctx, ri, c.maxPages, func(o item) error { return visit(application(o)) })
	return complete, need(err, NeedApplications)
}

func application(o item) objects.Application {
	app := objects.Application{
		ID: o.guid("id"), AppID: o.guid("appId"), DisplayName: o.text("displayName"),
		SignInAudience: o.text("signInAudience"), Disabled: o.boolean("isDisabled"),
		DisabledByMicrosoft: o.text("disabledByMicrosoftStatus"), PublicClient: o.boolean("isFallbackPublicClient"),
	}
	if l := o.object("servicePrincipalLockConfiguration"); l != nil {
		app.Lock = &objects.Lock{
			Enabled: l.isTrue("isEnabled"), AllProperties: l.isTrue("allProperties"),
			VerifyCredentials: l.isTrue("credentialsWithUsageVerify"),
		}
	}
	app.Credentials, app.Problems = credentials(o, objects.OnApplication)
	app.Created, app.Problems = created(o, app.Problems)
	return app
}

func created(o item, problems []string) (*time.Time, []string) {
	at, bad := o.when("createdDateTime")
	if bad {
		problems = append(problems, "createdDateTime is malformed")
	}
	if o.text("id") == "" {
		problems = append(problems, "id is missing")
	}
	return at, problems
}

// quote writes an OData string literal. The URL's own encoding comes after it.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// equalFold compares as Graph's eq does, without regard to case.
func equalFold(a, b string) bool {
	return strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b))
}
