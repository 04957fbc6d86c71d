package graph

import (
	"context"
	"time"

	abs "github.com/microsoft/kiota-abstractions-go"

	"github.com/spcheck/spcheck/internal/graph/wire"
	"github.com/spcheck/spcheck/internal/objects"
)

// beta returns a request builder for a collection that only the beta endpoint has. It
// uses the same adapter, authentication and checks as all others.
func (c *Client) beta(path string) abs.BaseRequestBuilder {
	return abs.BaseRequestBuilder{UrlTemplate: "{+beta}/" + path + "{?%24filter,%24top}", PathParameters: map[string]string{"beta": c.base("beta")}}
}

// SignIns lists the latest entries of the service principal sign-in log for a client ID
// since a time, newest first. Only beta has this log. It requires a P1 or P2 licence,
// and is some minutes behind.
func (c *Client) SignIns(ctx context.Context, appID string, since time.Time) ([]objects.SignInEntry, error) {
	var out []objects.SignInEntry
	_, err := c.list(ctx, request(c.beta("auditLogs/signIns"), query{"filter": signInsOf(appID, since), "top": 50}), 1, func(o wire.Item) error {
		if e, ok := wire.SignInEntry(o, appID); ok && !e.Time.Before(since) {
			out = append(out, e)
		}
		return nil
	})
	if err != nil {
		return nil, need(err, needLogs)
	}
	return out, nil
}

// useLogPages limits how much of the log is read for the uses of keys: the newest
// 10,000 entries.
const useLogPages = 10

// LoggedUses reads from the service principal sign-in log when each key of a client ID
// was last tried since a time. The log is some minutes behind.
func (c *Client) LoggedUses(ctx context.Context, appID string, since time.Time) (objects.LoggedUses, error) {
	uses := objects.LoggedUses{Last: map[string]time.Time{}}
	whole, err := c.list(ctx, request(c.beta("auditLogs/signIns"), query{"filter": signInsOf(appID, since), "top": 999}), useLogPages, func(o wire.Item) error {
		e, ok := wire.SignInEntry(o, appID)
		switch {
		case !ok:
		case e.KeyID != "" && e.Time.After(uses.Last[e.KeyID]):
			uses.Last[e.KeyID] = e.Time
		case e.KeyID == "" && e.ErrorCode == "0" && wire.BySecret(o):
			uses.Unnamed = true
		}
		return nil
	})
	uses.Whole = whole
	if err != nil {
		return objects.LoggedUses{}, need(err, needLogs)
	}
	return uses, nil
}

// storyPages limits how much of the log is read for the history of a credential: the
// newest 100,000 entries.
const storyPages = 100

// EachSignIn visits the service principal sign-ins of a client ID since a time,
// including failed ones, newest first. whole is true if the log was read completely for
// that period.
func (c *Client) EachSignIn(ctx context.Context, appID string, since time.Time, visit func(objects.SignInEntry)) (whole bool, err error) {
	whole, err = c.list(ctx, request(c.beta("auditLogs/signIns"), query{"filter": signInsOf(appID, since), "top": 999}), storyPages, func(o wire.Item) error {
		if e, ok := wire.SignInEntry(o, appID); ok && !e.Time.Before(since) {
			visit(e)
		}
		return nil
	})
	return whole, need(err, needLogs)
}

// signInsOf is the filter for the sign-ins of an application on its own behalf.
func signInsOf(appID string, since time.Time) string {
	return "appId eq " + quote(appID) + " and signInEventTypes/any(t: t eq 'servicePrincipal')" +
		" and createdDateTime ge " + since.UTC().Format(time.RFC3339)
}

// Activity lists when each credential of a client ID was last used to sign in. Only
// beta has this report. It has no entry for a credential that was never used.
func (c *Client) Activity(ctx context.Context, appID string) ([]objects.Activity, error) {
	last := map[string]*time.Time{}
	var order []string
	_, err := c.list(ctx, request(c.beta("reports/appCredentialSignInActivities"), query{"filter": "appId eq " + quote(appID)}), listPages, func(o wire.Item) error {
		id := o.GUID("keyId")
		if id == "" || o.Present("appId") && !wire.EqualFold(o.Text("appId"), appID) {
			return nil
		}
		at, _ := o.Object("signInActivity").When("lastSignInDateTime")
		if _, known := last[id]; !known {
			order = append(order, id)
		}
		// A key that was used for several resources has several rows.
		if known := last[id]; known == nil || at != nil && at.After(*known) {
			last[id] = at
		}
		return nil
	})
	if err != nil {
		return nil, need(err, needLogs)
	}
	var out []objects.Activity
	for _, id := range order {
		out = append(out, objects.Activity{KeyID: id, LastUsed: last[id]})
	}
	return out, nil
}
