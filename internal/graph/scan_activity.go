package graph

import (
	"context"
	"time"

	"github.com/spcheck/spcheck/internal/graph/wire"
)

// EachActivity visits the credential activity report of the whole tenant: when each key
// was last used. Keys that were never used have no row. A key used for several
// resources has several rows. Only beta has the report, and only with a P1 or P2
// licence (isNoLicence).
func (c *Client) EachActivity(ctx context.Context, visit func(keyID string, last time.Time)) error {
	complete, err := c.list(ctx, request(c.beta("reports/appCredentialSignInActivities"), nil), c.maxPages, func(o wire.Item) error {
		at, _ := o.Object("signInActivity").When("lastSignInDateTime")
		if id := o.GUID("keyId"); id != "" && at != nil {
			visit(id, *at)
		}
		return nil
	})
	if err == nil && !complete {
		err = errTooManyPages
	}
	return need(err, needLogs)
}
