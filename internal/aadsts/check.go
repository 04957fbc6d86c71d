package aadsts

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/result"
)

// Prepare completes a catalogue that was read from YAML: it derives the patterns of the
// phrases, and squashes the words of conditions. It returns an error that names whatever is
// incomplete or wrong.
func (c *Catalogue) Prepare() error {
	var problems []error
	report := func(kind, id string, err error) {
		if err != nil {
			problems = append(problems, fmt.Errorf("%s %s: %w", kind, id, err))
		}
	}
	for _, f := range c.Families {
		report("family", f.ID, errors.Join(f.Title.check("title", true), f.Meaning.check("meaning", true),
			f.Remedy.check("remedy", false), checkCauses(f.Causes, false)))
	}
	for _, p := range c.Products {
		report("product", p.ID, p.check())
	}
	owners := map[string]string{}
	for i := range c.Phrases {
		p := &c.Phrases[i]
		for _, wording := range p.Patterns {
			p.Read = append(p.Read, newPattern(wording))
		}
		squashAll(p.Near)
		squashAll(p.Unless)
		report("phrase", p.ID, p.check(owners))
		if p.Elsewhere != "" && c.phrase(p.Elsewhere) == nil {
			report("phrase", p.ID, fmt.Errorf("no phrase %q", p.Elsewhere))
		}
	}
	c.index()
	for i := range c.Entries {
		e := &c.Entries[i]
		switch {
		case e.Family == nil:
			report("code", e.Code, fmt.Errorf("no family %q", e.FamilyID))
		case c.byCode[e.Code] != e:
			report("code", e.Code, errors.New("it is listed twice"))
		default:
			report("code", e.Code, e.check())
		}
	}
	return errors.Join(problems...)
}

// check validates an entry after it inherited from its family.
func (e *Entry) check() error {
	provable := e.Evidence != unverified
	problems := []error{
		e.Meaning.check("meaning", true), e.Remedy.check("remedy", false), checkCauses(e.Causes, provable),
		oneOf("rule", e.Rule, rules()...), oneOf("stage", e.Stage, stages()[:len(stages())-1]...),
		oneOf("about", e.About, "application", "user", "both"), oneOf("evidence", e.Evidence, "seen", "documented", unverified),
	}
	if len(readDigits([]byte(e.Code))) != len(e.Code) || !isCodeLength(len(e.Code)) {
		problems = append(problems, errors.New("a code has five to eight digits"))
	}
	for _, w := range e.When {
		squashAll(w.Says)
		problems = append(problems, w.check(provable))
	}
	for _, r := range slices.Concat(e.Quotes, e.GUIDs) {
		if new(details).field(r) == nil {
			problems = append(problems, fmt.Errorf("no role %q", r))
		}
	}
	return errors.Join(problems...)
}

func oneOf[T ~string](field string, value T, allowed ...T) error {
	if !slices.Contains(allowed, value) {
		return fmt.Errorf("%s %q", field, value)
	}
	return nil
}

func (c *condition) check(provable bool) error {
	if len(c.Says)+len(c.Is) == 0 {
		return errors.New("a condition without words or traits")
	}
	for _, t := range c.Is {
		if traits()[t] == nil {
			return fmt.Errorf("no trait %q", t)
		}
	}
	return errors.Join(checkCauses(c.Causes, provable), c.Remedy.check("remedy", false))
}

// checkCauses refuses causes that do not exist and claims that are too strong: a family
// or an unverified code proves nothing.
func checkCauses(list []candidate, provable bool) error {
	if len(list) == 0 {
		return errors.New("no causes")
	}
	for i, one := range list {
		switch _, exists := causes.Lookup(one.ID); {
		case !exists:
			return fmt.Errorf("no cause %q", one.ID)
		case strength(one.Most) == 0:
			return fmt.Errorf("cause %s: certainty %q", one.ID, one.Most)
		case i > 0 && strength(one.Most) > strength(list[i-1].Most):
			return fmt.Errorf("cause %s is stronger than the one before it", one.ID)
		case one.Most == result.Proven && !provable:
			return fmt.Errorf("cause %s cannot be proven by this", one.ID)
		}
	}
	return nil
}

func (b bilingual) check(what string, required bool) error {
	switch {
	case b == bilingual{} && !required:
		return nil
	case b.English == "" || b.German == "":
		return fmt.Errorf("the %s lacks a language", what)
	case what != "title" && (!strings.HasSuffix(b.English, ".") || !strings.HasSuffix(b.German, ".")):
		return fmt.Errorf("the %s is not a sentence", what)
	}
	return nil
}

// minWording is the minimum length of a wording, in letters and digits.
const minWording = 6

// check validates a phrase. owners maps each ID and wording to the phrase that has it.
func (p *phrase) check(owners map[string]string) error {
	switch {
	case p.ID == "" || p.From == "" || len(p.Patterns) == 0:
		return errors.New("it needs an id, a from and patterns")
	case len(p.Tests) == 0:
		return errors.New("it needs a test text")
	case owners["id "+p.ID] != "":
		return errors.New("another phrase has this id")
	}
	owners["id "+p.ID] = p.ID
	for i, wording := range p.Patterns {
		key := strings.Join(p.Read[i].Pieces, "*")
		if len(key) < minWording || len(p.Read[i].anchor()) < keySize {
			return fmt.Errorf("the wording %q is too short", wording)
		}
		if other := owners[key]; other != "" && other != p.ID {
			return fmt.Errorf("%s has the wording %q too", other, wording)
		}
		owners[key] = p.ID
	}
	return errors.Join(checkCauses(p.Causes, true), p.Means.check("means", true), p.Remedy.check("remedy", false))
}

func (p *Product) check() error {
	if p.ID == "" || p.Name == "" || len(p.Signs) == 0 {
		return errors.New("it needs an id, a name and signs")
	}
	if len(p.Tests) == 0 {
		return errors.New("it needs a test text")
	}
	for _, sign := range p.Signs {
		if len(squashString(sign)) < contextKeySize {
			return fmt.Errorf("the sign %q is too short", sign)
		}
	}
	problems := []error{p.Secret.check("secret", true), p.Log.check("log", true), p.Certificates.check("certificates", false)}
	for _, n := range p.Notes {
		problems = append(problems, n.check("note", true))
	}
	return errors.Join(problems...)
}
