package graph

import (
	"context"
	"slices"
	"time"

	abs "github.com/microsoft/kiota-abstractions-go"

	"github.com/spcheck/spcheck/internal/graph/wire"
	"github.com/spcheck/spcheck/internal/objects"
)

const (
	// useLogPages limits how much of the sign-in log is read for the uses of keys: the
	// newest 10,000 entries.
	useLogPages = 10
	// storyPages limits how much is read for the history of a credential: the newest
	// 100,000 entries.
	storyPages = 100
)

// beta returns a request for a collection that only the beta endpoint has. It uses the
// same adapter, authentication and checks as all others.
func (c *Client) beta(path string, q query) *abs.RequestInformation {
	return request(builder{UrlTemplate: "{+beta}/" + path + parameters, PathParameters: map[string]string{"beta": c.base("beta")}}, q)
}

// SignIns lists the latest entries of the service principal sign-in log for a client ID
// since a time, newest first. Only beta has this log. It requires a P1 or P2 licence,
// and is some minutes behind.
func (c *Client) SignIns(ctx context.Context, appID string, since time.Time) (out []objects.SignInEntry, err error) {
	_, err = c.eachSignIn(ctx, appID, since, 50, 1, func(e objects.SignInEntry, _ wire.Item) { out = append(out, e) })
	return out, err
}

// LoggedUses reads from the service principal sign-in log when each key of a client ID
// was last tried since a time. The log is some minutes behind.
func (c *Client) LoggedUses(ctx context.Context, appID string, since time.Time) (objects.LoggedUses, error) {
	uses := objects.LoggedUses{Last: map[string]time.Time{}}
	whole, err := c.eachSignIn(ctx, appID, since, scanTop, useLogPages, func(e objects.SignInEntry, o wire.Item) {
		switch {
		case e.KeyID != "" && e.Time.After(uses.Last[e.KeyID]):
			uses.Last[e.KeyID] = e.Time
		case e.KeyID == "" && e.ErrorCode == "0" && wire.BySecret(o):
			uses.Unnamed = true
		}
	})
	if err != nil {
		return objects.LoggedUses{}, err
	}
	uses.Whole = whole
	return uses, nil
}

// EachSignIn visits the service principal sign-ins of a client ID since a time,
// including failed ones, newest first. whole is true if the log was read completely for
// that period.
func (c *Client) EachSignIn(ctx context.Context, appID string, since time.Time, visit func(objects.SignInEntry)) (whole bool, err error) {
	return c.eachSignIn(ctx, appID, since, scanTop, storyPages, func(e objects.SignInEntry, _ wire.Item) { visit(e) })
}

// eachSignIn visits the sign-ins of an application on its own behalf.
func (c *Client) eachSignIn(ctx context.Context, appID string, since time.Time, top, pages int, visit func(objects.SignInEntry, wire.Item)) (whole bool, err error) {
	filter := "appId eq " + quote(appID) + " and signInEventTypes/any(t: t eq 'servicePrincipal')" +
		" and createdDateTime ge " + since.UTC().Format(time.RFC3339)
	whole, err = c.list(ctx, c.beta("auditLogs/signIns", query{"filter": filter, "top": top}), pages, func(o wire.Item) error {
		if e, ok := wire.SignInEntry(o, appID); ok && !e.Time.Before(since) {
			visit(e, o)
		}
		return nil
	})
	return whole, need(err, needLogs)
}

const activityReport = "reports/appCredentialSignInActivities"

// Activity lists when each credential of a client ID was last used to sign in. Only
// beta has this report. It has no entry for a credential that was never used.
func (c *Client) Activity(ctx context.Context, appID string) ([]objects.Activity, error) {
	var out []objects.Activity
	_, err := c.list(ctx, c.beta(activityReport, query{"filter": "appId eq " + quote(appID)}), listPages, func(o wire.Item) error {
		id, at := usedKey(o)
		if id == "" || o.Present("appId") && !wire.EqualFold(o.Text("appId"), appID) {
			return nil
		}
		// A key that was used for several resources has several rows.
		i := slices.IndexFunc(out, func(a objects.Activity) bool { return a.KeyID == id })
		if i < 0 {
			out = append(out, objects.Activity{KeyID: id, LastUsed: at})
		} else if last := out[i].LastUsed; last == nil || at != nil && at.After(*last) {
			out[i].LastUsed = at
		}
		return nil
	})
	if err != nil {
		return nil, need(err, needLogs)
	}
	return out, nil
}

// EachActivity visits the credential activity report of the whole tenant: when each key
// was last used. Keys that were never used have no row. A key used for several
// resources has several rows. Only beta has the report, and only with a P1 or P2
// licence (see Error.Unlicensed).
func (c *Client) EachActivity(ctx context.Context, visit func(keyID string, last time.Time)) error {
	return c.whole(ctx, c.beta(activityReport, nil), needLogs, func(o wire.Item) {
		if id, at := usedKey(o); id != "" && at != nil {
			visit(id, *at)
		}
	})
}

// usedKey reads a row of the activity report.
func usedKey(o wire.Item) (keyID string, last *time.Time) {
	last, _ = o.Object("signInActivity").When("lastSignInDateTime")
	return o.GUID("keyId"), last
}
