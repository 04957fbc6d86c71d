package scan

import (
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/config"
)

// excludes returns the reason why a finding is left out, or nothing.
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
	return same(e.Rule, rule) && sameAsOne(e.Tenant, tenants) && same(e.ObjectID, r.object.ID) && same(e.KeyID, key) &&
		(same(e.App, r.object.AppID) || same(e.App, r.object.DisplayName))
}

// same reports whether a condition is absent or holds.
func same(want, got string) bool { return want == "" || strings.EqualFold(want, got) }

func sameAsOne(want string, got []string) bool {
	return slices.ContainsFunc(got, func(g string) bool { return same(want, g) })
}

// UnknownRule returns the first rule ID in exclusions that is none.
func UnknownRule(list []config.Exclusion) string {
	for _, e := range list {
		if e.Rule == "" {
			continue
		}
		if _, unknown := Choose([]string{e.Rule}); unknown != "" || e.Rule == "all" || e.Rule == "default" {
			return e.Rule
		}
	}
	return ""
}
