package wire

import (
	"time"

	"github.com/spcheck/spcheck/internal/isoduration"
	"github.com/spcheck/spcheck/internal/objects"
)

// unknownCreation is when a service principal without a creation date counts as
// created (Microsoft's documentation of the policies).
func unknownCreation() time.Time { return time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC) }

// PasswordRules reads the restrictions on passwords that are enabled and reach an
// object of that age.
func PasswordRules(policy, restrictions Item, source string, made *time.Time) []objects.Policy {
	if made == nil {
		made = new(unknownCreation())
	}
	out := objects.Policy{Source: source, ID: policy.GUID("id")}
	for _, r := range restrictions.Objects("passwordCredentials") {
		since, bad := r.When("restrictForAppsCreatedAfterDateTime")
		if r.Text("state") == "disabled" || bad || since != nil && made.Before(*since) {
			continue
		}
		switch r.Text("restrictionType") {
		case "passwordAddition":
			out.PasswordsForbidden, out.PasswordsForbiddenSince = true, since
		case "passwordLifetime":
			if d, err := isoduration.Parse(r.Text("maxLifetime")); err == nil && d > 0 && (out.MaxLifetime == 0 || d < out.MaxLifetime) {
				out.MaxLifetime = d
			}
		}
	}
	if !out.PasswordsForbidden && out.MaxLifetime == 0 {
		return nil
	}
	return []objects.Policy{out}
}
