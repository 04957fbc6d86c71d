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
	first := firstPage(below(c.collection(w.Kind), "delta()"), query{"select": c.Selection(w.Kind)})
	switch {
	case w.Link == "":
		err = run.all(ctx, first) // the last page has the first delta link
	case !c.ownDelta(w.Kind, w.Link):
		err = c.incomplete()
	default:
		ri, bad := c.following(w.Link, first.Headers)
		if err = bad; err == nil {
			err = run.chain(ctx, ri)
		}
	}
	if err == nil && !c.ownDelta(w.Kind, run.delta) {
		err = c.incomplete()
	}
	if err != nil {
		return "", unfollowed(need(err, NeedApplications))
	}
	return run.delta, nil
}

// Selection returns the properties that Follow requests. They are part of each delta
// link, so a link made for other properties cannot be used.
func (c *Client) Selection(kind string) []string {
	return fieldsOf(scanning{Kind: kind, Created: true}, "passwordCredentials", "keyCredentials")
}

// Origin returns the base URL of requests, such as https://graph.microsoft.com.
func (c *Client) Origin() string { return c.origin.String() }

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
	n, _ := errors.AsType[*netfail.Error](err)
	switch status := asError(err).Status; {
	case status == http.StatusUnauthorized, status == http.StatusTooManyRequests:
		return err
	case status != 0 && status < http.StatusInternalServerError, status == http.StatusNotImplemented,
		n != nil && n.Kind == netfail.WrongAnswer:
		return &objects.Unfollowed{Err: err}
	}
	return err
}

// Count returns the number of objects of a kind in the tenant. The index behind it is
// slightly out of date. It needs Application.Read.All.
func (c *Client) Count(ctx context.Context, kind string) (n int, err error) {
	ri := request(below(c.collection(kind), "$count"), nil)
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
