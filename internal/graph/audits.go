package graph

import (
	"context"
	"time"

	"github.com/microsoftgraph/msgraph-sdk-go/auditlogs"

	"github.com/spcheck/spcheck/internal/graph/wire"
	"github.com/spcheck/spcheck/internal/objects"
)

// logPages limits how many pages of a log are read. A page has up to logPage entries.
const (
	logPages = 3
	logPage  = 100
)

// tenantLogPages limits how many pages of a whole tenant's log are read, with 1,000
// entries each.
const tenantLogPages = 500

// EachChange visits all changes of credentials in the tenant since a time, newest
// first. The log goes back 30 days with a P1 or P2 licence, and 7 days without. It
// needs AuditLog.Read.All.
func (c *Client) EachChange(ctx context.Context, since time.Time, visit func(objects.Change)) error {
	filter := "activityDateTime ge " + since.UTC().Format(time.RFC3339) + " and category eq 'ApplicationManagement'"
	return c.eachChange(ctx, filter, visit)
}

// Changes lists the entries of the directory audit log since a time in which
// credentials of the object were added or removed, newest first.
func (c *Client) Changes(ctx context.Context, objectID string, since time.Time) ([]objects.Change, error) {
	filter := "activityDateTime ge " + since.UTC().Format(time.RFC3339) +
		" and targetResources/any(t: t/id eq " + quote(objectID) + ")"
	all := auditlogs.NewAuditLogsRequestBuilderInternal(map[string]string{}, c.adapter).DirectoryAudits().BaseRequestBuilder
	var out []objects.Change
	_, err := c.list(ctx, request(all, query{"filter": filter, "top": logPage}), logPages, func(o wire.Item) error {
		if ch, ok := wire.Change(o, objectID); ok && !ch.Time.Before(since) {
			out = append(out, ch)
		}
		return nil
	})
	if err != nil {
		return nil, need(err, needLogs)
	}
	return out, nil
}

// EachChangeOf visits the changes of credentials of one object since a time, newest
// first. It also works for an object that no longer exists. It needs AuditLog.Read.All.
func (c *Client) EachChangeOf(ctx context.Context, objectID string, since time.Time, visit func(objects.Change)) error {
	filter := "activityDateTime ge " + since.UTC().Format(time.RFC3339) + " and targetResources/any(t: t/id eq " + quote(objectID) + ")"
	return c.eachChange(ctx, filter, func(ch objects.Change) {
		if wire.EqualFold(ch.ObjectID, objectID) { // an entry may have several targets
			visit(ch)
		}
	})
}

func (c *Client) eachChange(ctx context.Context, filter string, visit func(objects.Change)) error {
	all := auditlogs.NewAuditLogsRequestBuilderInternal(map[string]string{}, c.adapter).DirectoryAudits().BaseRequestBuilder
	complete, err := c.list(ctx, request(all, query{"filter": filter, "top": scanTop}), tenantLogPages, func(o wire.Item) error {
		for _, ch := range wire.Changes(o) {
			visit(ch)
		}
		return nil
	})
	if err == nil && !complete {
		err = errTooManyPages
	}
	return need(err, needLogs)
}
