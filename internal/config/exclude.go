package config

import (
	"maps"
	"time"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/origin"
)

// Exclusion leaves findings of a scan out, with a reason that is reported. The
// fields before Reason are conditions; those that are given must all hold, and
// one must be given. Names of tenants and IDs are compared without case.
type Exclusion struct {
	Rule     string `yaml:"rule,omitempty"`
	Tenant   string `yaml:"tenant,omitempty"`
	App      string `yaml:"app,omitempty"` // application ID or display name
	ObjectID string `yaml:"objectId,omitempty"`
	KeyID    string `yaml:"keyId,omitempty"`
	Reason   string `yaml:"reason"`
	// Until is the last day on which it holds, such as 2027-03-31 in UTC; empty
	// is for ever.
	Until string `yaml:"until,omitempty"`
}

// In reports whether the exclusion still holds at a time.
func (e Exclusion) In(now time.Time) bool {
	day, err := time.Parse(time.DateOnly, e.Until)
	return e.Until == "" || err == nil && now.Before(day.AddDate(0, 0, 1))
}

// checkExclusions refuses what would exclude everything, or nobody could account
// for.
func checkExclusions(path string, list []Exclusion) error {
	for i, e := range list {
		problem := msg.Text{}
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

// With returns the settings with one of them set to another value.
func (s *Settings) With(n Name, v setting) *Settings {
	out := *s
	out.values = map[Name]setting{}
	maps.Copy(out.values, s.values)
	out.values[n] = v
	return &out
}

// Given reports whether a setting is in a flag, the environment or a
// profile, rather than being a default.
func (s *Settings) Given(n Name) bool {
	place := s.values[n].Origin.Place
	return place != "" && place != origin.Default
}

// Immediate reports whether a setting is in a flag or the environment, which
// hold for the whole run, whatever the profile.
func (s *Settings) Immediate(n Name) bool {
	return s.Given(n) && s.values[n].Origin.Place != origin.Profile
}
