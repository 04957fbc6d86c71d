package config

import (
	"time"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
)

// Exclusion removes findings from a scan, for a reason that is reported. The fields before
// Reason are conditions. At least one is set, and all that are set must hold. Letter case
// of tenants and IDs does not matter.
type Exclusion struct {
	Rule     string `yaml:"rule,omitempty"`
	Tenant   string `yaml:"tenant,omitempty"`
	App      string `yaml:"app,omitempty"` // application ID or display name
	ObjectID string `yaml:"objectId,omitempty"`
	KeyID    string `yaml:"keyId,omitempty"`
	Reason   string `yaml:"reason"`
	// Until is the last day of the exclusion in UTC, such as 2027-03-31. If it is empty,
	// the exclusion does not end.
	Until string `yaml:"until,omitempty"`
}

// In reports whether the exclusion still applies at a time.
func (e Exclusion) In(now time.Time) bool {
	day, err := time.Parse(time.DateOnly, e.Until)
	return e.Until == "" || err == nil && now.Before(day.AddDate(0, 0, 1))
}

// checkExclusions refuses exclusions of everything, and those without a reason.
func checkExclusions(path string, list []Exclusion) error {
	for i, e := range list {
		var problem msg.Text
		switch _, err := time.Parse(time.DateOnly, e.Until); {
		case e.Reason == "":
			problem = msg.New("it has no reason")
		case e.Rule == "" && e.Tenant == "" && e.App == "" && e.ObjectID == "" && e.KeyID == "":
			problem = msg.New("it has none of rule, tenant, app, objectId and keyId, so it would exclude everything")
		case e.Until != "" && err != nil:
			problem = msg.New("until must be a date such as 2027-03-31")
		}
		if !problem.IsZero() {
			return fail.Usage(msg.New("%s: exclusion %d of the config file: %s", path, i+1, problem),
				msg.New("docs/scan.md shows how to write exclusions"))
		}
	}
	return nil
}
