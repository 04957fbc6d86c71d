package scenario

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// delta is how the delta queries of a tenant behave.
type delta struct {
	Lifetime span `yaml:"lifetime"` // of tokens; by default 7 days
	// Expired is how a token that is too old or unknown is refused: gone (by
	// default), required, no-state or too-old.
	Expired string `yaml:"expired"`
	Page    int    `yaml:"page"` // objects on a page
	// Minimal sends changed properties only.
	Minimal bool `yaml:"minimal"`
	// Misses are properties whose changes never show up.
	Misses      []string `yaml:"misses"`
	Repeats     bool     `yaml:"repeats"`
	Contradicts bool     `yaml:"contradicts"`
	EmptyPages  int      `yaml:"emptyPages"`
	Tombstones  bool     `yaml:"tombstones"`
	Links       string   `yaml:"links"` // another origin that links name
	// Unsupported refuses delta queries, as external tenants do.
	Unsupported bool `yaml:"unsupported"`
}

// mostEmptyPages keeps a round within what a client may be asked to read.
const (
	mostEmptyPages = 50
	largestPage    = 999
)

func (d *delta) check() error {
	kinds := []string{directory.ResyncGone, directory.ResyncRequired, directory.ResyncNoState, directory.ResyncTooOld}
	switch {
	case d.Lifetime < 0:
		return errors.New("lifetime must not be negative")
	case d.Expired != "" && !slices.Contains(kinds, d.Expired):
		return fmt.Errorf("expired %q is none of %s", d.Expired, strings.Join(kinds, ", "))
	case d.Page < 0 || d.Page > largestPage:
		return fmt.Errorf("page %d: a page has 1 to %d objects", d.Page, largestPage)
	case d.EmptyPages < 0 || d.EmptyPages > mostEmptyPages:
		return fmt.Errorf("emptyPages %d: there can be up to %d", d.EmptyPages, mostEmptyPages)
	case d.Links != "" && !isOrigin(d.Links):
		return fmt.Errorf("links %q is no origin such as https://graph.example", d.Links)
	}
	for _, name := range d.Misses {
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
	return directory.DeltaRules{
		Lifetime: timeOf(d.Lifetime), Expired: d.Expired, Page: d.Page, Minimal: d.Minimal, Misses: d.Misses, Repeats: d.Repeats, Contradicts: d.Contradicts,
		EmptyPages: d.EmptyPages, Tombstones: d.Tombstones, Links: d.Links, Unsupported: d.Unsupported,
	}
}
