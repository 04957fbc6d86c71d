package graph

import (
	"context"
	"time"

	abs "github.com/microsoft/kiota-abstractions-go"

	"github.com/spcheck/spcheck/internal/graph/wire"
	"github.com/spcheck/spcheck/internal/objects"
)

// logPages limits how many pages of a log are read. A page has up to logPage entries.
const (
	logPages = 3
	logPage  = 100
)

// EachChange visits all changes of credentials in the tenant since a time, newest
// first. The log goes back 30 days with a P1 or P2 licence, and 7 days without. It
// needs AuditLog.Read.All.
func (c *Client) EachChange(ctx context.Context, since time.Time, visit func(objects.Change)) error {
	return c.eachChange(ctx, changes(since, "category eq 'ApplicationManagement'", scanTop), visit)
}

// EachChangeOf visits the changes of credentials of one object since a time, newest
// first. It also works for an object that no longer exists. It needs AuditLog.Read.All.
func (c *Client) EachChangeOf(ctx context.Context, objectID string, since time.Time, visit func(objects.Change)) error {
	return c.eachChange(ctx, changes(since, ofTarget(objectID), scanTop), func(ch objects.Change) {
		if wire.EqualFold(ch.ObjectID, objectID) { // an entry may have several targets
			visit(ch)
		}
	})
}

func (c *Client) eachChange(ctx context.Context, ri *abs.RequestInformation, visit func(objects.Change)) error {
	return c.whole(ctx, ri, needLogs, func(o wire.Item) {
		for _, ch := range wire.Changes(o) {
			visit(ch)
		}
	})
}

// Changes lists the latest entries of the directory audit log since a time in which
// credentials of the object were added or removed, newest first.
func (c *Client) Changes(ctx context.Context, objectID string, since time.Time) ([]objects.Change, error) {
	ri := changes(since, ofTarget(objectID), logPage)
	return collect(ctx, c, ri, logPages, needLogs, func(o wire.Item) (objects.Change, bool) {
		ch, ok := wire.Change(o, objectID)
		return ch, ok && !ch.Time.Before(since)
	})
}

func changes(since time.Time, condition string, top int) *abs.RequestInformation {
	filter := "activityDateTime ge " + since.UTC().Format(time.RFC3339) + " and " + condition
	return request(at("auditLogs/directoryAudits"), query{"filter": filter, "top": top})
}

func ofTarget(objectID string) string {
	return "targetResources/any(t: t/id eq " + quote(objectID) + ")"
}
