package graph

import (
	"context"
	"time"

	"github.com/microsoftgraph/msgraph-sdk-go/auditlogs"

	"github.com/spcheck/spcheck/internal/graph/wire"
	"github.com/spcheck/spcheck/internal/objects"
)

// logPages bounds what is read of a log; a page has up to logPage entries.
const (
	logPages = 3
	logPage  = 100
)

// Changes lists the entries of the directory audit log since a time in which
// credentials of the object came or went, as Graph orders them, newest first.
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
