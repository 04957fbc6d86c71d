package aadsts

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/result"
)

// check says what is incomplete or wrong in a catalogue that people wrote. Compile
// asks it, so that no run has to.
func (c *Catalogue) check() error {
	for _, f := range c.families {
		if err := f.check(); err != nil {
			return fmt.Errorf("family %s: %w", f.ID, err)
		}
	}
	for _, p := range c.products {
		if err := p.check(); err != nil {
			return fmt.Errorf("product %s: %w", p.ID, err)
		}
	}
	seen := map[string]string{}
	for _, p := range c.phrases {
		if err := p.check(seen); err != nil {
			return fmt.Errorf("phrase %s: %w", p.ID, err)
		}
	}
	for _, e := range c.entries {
		if err := e.check(); err != nil {
			return fmt.Errorf("code %s: %w", e.Code, err)
		}
	}
	return nil
}

// check says what an entry lacks or has wrong, once it inherited from its
// family.
func (e *Entry) check() error {
	problems := []error{
		e.Standing.check(), e.Meaning.check("meaning", true), e.Remedy.check("remedy", false),
		e.Causes.check(e.Evidence != unverified),
	}
	if len(readDigits([]byte(e.Code))) != len(e.Code) || len(e.Code) < minDigits || len(e.Code) > maxDigits {
		problems = append(problems, errors.New("it is no number of five to eight digits"))
	}
	if !slices.Contains([]evidence{seen, documented, unverified}, e.Evidence) {
		problems = append(problems, fmt.Errorf("evidence %q", e.Evidence))
	}
	for _, w := range e.When {
		problems = append(problems, w.check(e.Evidence != unverified))
	}
	for _, r := range slices.Concat(e.Quotes, e.GUIDs) {
		if new(details).field(r) == nil {
			problems = append(problems, fmt.Errorf("no role %q", r))
		}
	}
	return errors.Join(problems...)
}

func (f *family) check() error {
	return errors.Join(f.Title.check("title", true), f.Meaning.check("meaning", true), f.Remedy.check("remedy", false), f.Causes.check(false))
}

func (s Standing) check() error {
	switch {
	case !slices.Contains(rules(), s.Rule):
		return fmt.Errorf("rule %q", s.Rule)
	case !slices.Contains(stages(), s.Stage) || s.Stage == StageToken:
		return fmt.Errorf("stage %q", s.Stage)
	case !slices.Contains([]about{ofApplications, ofUsers, ofAnybody}, s.About):
		return fmt.Errorf("about %q", s.About)
	}
	return nil
}

func (c *condition) check(provable bool) error {
	if len(c.Says)+len(c.Is) == 0 {
		return errors.New("a condition without words or traits")
	}
	for _, t := range c.Is {
		if traitTests[t] == nil {
			return fmt.Errorf("no trait %q", t)
		}
	}
	return errors.Join(c.Causes.check(provable), c.Remedy.check("remedy", false))
}

// check looks for causes that do not exist, and for claims that are too strong:
// neither a family nor an unverified code proves anything.
func (c candidates) check(provable bool) error {
	if len(c) == 0 {
		return errors.New("no causes")
	}
	for i, one := range c {
		switch _, known := causes.Lookup(one.ID); {
		case !known:
			return fmt.Errorf("no cause %q", one.ID)
		case i > 0 && rankOf(one.Most) < rankOf(c[i-1].Most):
			return fmt.Errorf("cause %s is stronger than the one before it", one.ID)
		case one.Most == result.Proven && !provable:
			return fmt.Errorf("cause %s cannot be proven by this", one.ID)
		case rankOf(one.Most) < 0:
			return fmt.Errorf("cause %s: strength %q", one.ID, one.Most)
		}
	}
	return nil
}

// rankOf is the place of a strength, the strongest first; negative for what is
// none.
func rankOf(c result.Certainty) int {
	return slices.Index([]result.Certainty{result.Proven, result.Likely, result.Possible}, c)
}

func (b bilingual) check(what string, required bool) error {
	switch {
	case b.English == "" && b.German == "" && !required:
		return nil
	case b.English == "" || b.German == "":
		return fmt.Errorf("the %s lacks a language", what)
	case what != "title" && (!strings.HasSuffix(b.English, ".") || !strings.HasSuffix(b.German, ".")):
		return fmt.Errorf("the %s is no sentence", what)
	}
	return nil
}
