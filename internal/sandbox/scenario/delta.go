package scenario

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// delta is how the delta queries of a tenant behave.
type delta struct {
	Lifetime span                 `yaml:"lifetime"` // of tokens; by default 7 days
	Rules    directory.DeltaRules `yaml:",inline"`
}

// Limits that every client can cope with.
const (
	mostEmptyPages = 50
	largestPage    = 999
)

func (d *delta) check() error {
	kinds := []string{directory.ResyncGone, directory.ResyncRequired, directory.ResyncNoState, directory.ResyncTooOld}
	switch {
	case d.Lifetime < 0:
		return errors.New("lifetime must not be negative")
	case d.Rules.Expired != "" && !slices.Contains(kinds, d.Rules.Expired):
		return fmt.Errorf("expired %q is none of %s", d.Rules.Expired, strings.Join(kinds, ", "))
	case d.Rules.Page < 0 || d.Rules.Page > largestPage:
		return fmt.Errorf("page %d: a page has 1 to %d objects", d.Rules.Page, largestPage)
	case d.Rules.EmptyPages < 0 || d.Rules.EmptyPages > mostEmptyPages:
		return fmt.Errorf("emptyPages %d: there can be up to %d", d.Rules.EmptyPages, mostEmptyPages)
	case d.Rules.Links != "" && !isOrigin(d.Rules.Links):
		return fmt.Errorf("links %q is not an origin such as https://graph.example", d.Rules.Links)
	}
	for _, name := range d.Rules.Misses {
		if !slices.Contains(directory.Tracked(), name) {
			return fmt.Errorf("misses %q: it can miss %s", name, strings.Join(directory.Tracked(), ", "))
		}
	}
	return nil
}

func isOrigin(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Scheme == "https" && u.Host != "" && text == "https://"+u.Host
}

func (d *delta) build() directory.DeltaRules {
	rules := d.Rules
	rules.Lifetime = time.Duration(d.Lifetime)
	return rules
}
