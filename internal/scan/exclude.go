package scan

import (
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/config"
)

// excludes returns the reason why a finding is excluded, or nothing.
func (o *Options) excludes(rule string, tenants []string, r *record, now time.Time) string {
	for _, e := range o.Exclusions {
		if e.In(now) && matches(e, rule, tenants, r) {
			return e.Reason
		}
	}
	return ""
}

func matches(e config.Exclusion, rule string, tenants []string, r *record) bool {
	key := ""
	if r.credential != nil {
		key = r.credential.KeyID
	}
	tenant := slices.ContainsFunc(tenants, func(t string) bool { return same(e.Tenant, t) })
	return same(e.Rule, rule) && tenant && same(e.ObjectID, r.object.ID) && same(e.KeyID, key) &&
		(same(e.App, r.object.AppID) || same(e.App, r.object.DisplayName))
}

// same reports whether a condition is absent or holds.
func same(want, got string) bool { return want == "" || strings.EqualFold(want, got) }

// UnknownRule returns the first unknown rule ID in exclusions, or nothing.
func UnknownRule(list []config.Exclusion) string {
	known := append(IDs(), "")
	for _, e := range list {
		if !slices.Contains(known, e.Rule) {
			return e.Rule
		}
	}
	return ""
}
