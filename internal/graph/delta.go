package graph

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	abs "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/applications"
	"github.com/microsoftgraph/msgraph-sdk-go/serviceprincipals"

	"github.com/spcheck/spcheck/internal/netfail"
	"github.com/spcheck/spcheck/internal/objects"
)

// Follow visits the changes in a collection since the run that returned the link, or
// every object if there is no link. It returns the link for the next run. It needs
// Application.Read.All.
//
// The error is an *objects.Unfollowed if Graph cannot report the changes. Either Graph
// has discarded them (410, Directory_ResyncRequired and similar), or it has no delta
// queries for this tenant, or the link is not one for this collection. Such a link is
// never followed.
func (c *Client) Follow(ctx context.Context, w objects.Changes) (link string, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // cancels the prefetched page
	run := &scanRun{client: c, changed: w.Object,
		scan: scanning{Kind: w.Kind, Part: objects.Everything, Page: w.Page, Restart: w.Restart}}
	if w.Link == "" {
		err = run.all(ctx, everything)
	} else {
		err = run.goOn(ctx, w.Link)
	}
	if err == nil && !c.ownDelta(w.Kind, run.delta) {
		err = c.wrongLink()
	}
	if err != nil {
		return "", unfollowed(need(err, NeedApplications))
	}
	return run.delta, nil
}

// everything requests all objects of a kind. Its last page has the first delta link.
func everything(c *Client, s scanning) *abs.RequestInformation {
	ri := request(c.deltaOf(s.Kind), query{"select": c.Selection(s.Kind)})
	ri.Headers.Add("x-ms-throttle-priority", "Low")
	return ri
}

// Selection returns the properties that Follow requests. They are part of each delta
// link, so a link made for other properties cannot be used.
func (c *Client) Selection(kind string) []string {
	if kind == objects.OnServicePrincipal {
		return append(principalFields(), "createdDateTime", "passwordCredentials", "keyCredentials")
	}
	return []string{"id", "appId", "displayName", "createdDateTime", "passwordCredentials", "keyCredentials"}
}

// Origin returns the base URL of requests, such as https://graph.microsoft.com.
func (c *Client) Origin() string { return c.origin.String() }

func (c *Client) deltaOf(kind string) abs.BaseRequestBuilder {
	if kind == objects.OnServicePrincipal {
		return serviceprincipals.NewServicePrincipalsRequestBuilderInternal(map[string]string{}, c.adapter).Delta().BaseRequestBuilder
	}
	return applications.NewApplicationsRequestBuilderInternal(map[string]string{}, c.adapter).Delta().BaseRequestBuilder
}

// goOn follows a delta link.
func (r *scanRun) goOn(ctx context.Context, link string) error {
	if !r.client.ownDelta(r.scan.Kind, link) {
		return r.client.wrongLink()
	}
	headers := everything(r.client, r.scan).Headers
	ri, err := r.client.following(link, headers)
	if err != nil {
		return err
	}
	r.seen = map[string]bool{}
	return r.chain(ctx, ri)
}

// ownDelta reports whether the link is a delta query of this kind on the configured
// origin. No other link is ever followed.
func (c *Client) ownDelta(kind, link string) bool {
	u, err := url.Parse(link)
	if err != nil || !sameOrigin(u, c.origin) || u.Fragment != "" || u.RawQuery == "" {
		return false
	}
	path, ok := strings.CutPrefix(u.Path, c.origin.Path)
	version, function, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/"+kind+"s/")
	// Graph sometimes lets an internal version slip through. following corrects it.
	return ok && (version == "v1.0" || version == "v2") &&
		slices.Contains([]string{"delta", "microsoft.graph.delta"}, strings.TrimSuffix(function, "()"))
}

// unfollowed marks refusals that a full read may avoid. It does not mark errors of a
// service that is busy or unreachable, or that rejects the caller.
func unfollowed(err error) error {
	var n *netfail.Error
	e := asError(err)
	switch {
	case e != nil && e.Status == http.StatusUnauthorized, e != nil && e.Status == http.StatusTooManyRequests:
		return err
	case e != nil && (e.Status < http.StatusInternalServerError || e.Status == http.StatusNotImplemented),
		errors.As(err, &n) && n.Kind == netfail.WrongAnswer:
		return &objects.Unfollowed{Err: err}
	}
	return err
}

// Count returns the number of objects of a kind in the tenant. The index behind it is
// slightly out of date. It needs Application.Read.All.
func (c *Client) Count(ctx context.Context, kind string) (n int, err error) {
	if err := c.whenCalm(ctx); err != nil {
		return 0, c.explain(err)
	}
	ri := request(c.countOf(kind), nil)
	ri.Headers.Remove("Accept")
	ri.Headers.Add("Accept", "text/plain")
	ri.Headers.Add("ConsistencyLevel", "eventual")
	err = c.do(ctx, ri, func(resp *http.Response) error {
		if resp.StatusCode != http.StatusOK {
			return c.refusal(resp)
		}
		body, err := io.ReadAll(io.LimitReader(resp.Body, 4<<10))
		if err != nil {
			return err
		}
		digits := strings.TrimSpace(strings.TrimPrefix(string(body), "\ufeff"))
		if n, err = strconv.Atoi(digits); err != nil || n < 0 {
			return c.wrong(resp, body)
		}
		return nil
	})
	return n, need(err, NeedApplications)
}

func (c *Client) countOf(kind string) abs.BaseRequestBuilder {
	if kind == objects.OnServicePrincipal {
		return serviceprincipals.NewServicePrincipalsRequestBuilderInternal(map[string]string{}, c.adapter).Count().BaseRequestBuilder
	}
	return applications.NewApplicationsRequestBuilderInternal(map[string]string{}, c.adapter).Count().BaseRequestBuilder
}
