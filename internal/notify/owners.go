package notify

import (
	"maps"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

const (
	// ownersMost limits the number of owners who get messages in one run.
	ownersMost = 20_000
	// ownerLines limits the findings in a message to an owner.
	ownerLines = 50
)

// owners groups new findings by the mail address of the owner.
type owners struct {
	scan *result.Scan
	by   map[string]*owner // by address in lower case
	// rest has the findings for which no owner can be notified. It has no address.
	rest *owner
}

// owner is one recipient and the findings for this recipient.
type owner struct {
	name, mail string
	tally
}

func newOwners(s *result.Scan) *owners {
	return &owners{scan: s, by: map[string]*owner{}, rest: &owner{tally: newTally(s, ownerLines)}}
}

// take adds a finding for each owner with a mail address.
func (o *owners) take(f *result.Finding) {
	told := false
	if f.Owners != nil {
		for _, of := range *f.Owners {
			told = o.give(of, f) || told
		}
	}
	if !told {
		o.rest.take(f)
	}
}

func (o *owners) give(of result.Owner, f *result.Finding) bool {
	address, err := bareAddress(of.Address())
	if err != nil {
		return false
	}
	key := strings.ToLower(address)
	who := o.by[key]
	if who == nil {
		if len(o.by) >= ownersMost {
			return false
		}
		who = &owner{of.Name(), address, newTally(o.scan, ownerLines)}
		o.by[key] = who
	}
	who.take(f)
	return true
}

// sorted returns the owners by address, so that every run uses the same order.
func (o *owners) sorted() []*owner {
	var all []*owner
	for _, key := range slices.Sorted(maps.Keys(o.by)) {
		all = append(all, o.by[key])
	}
	return all
}

// forOwner returns the message to one owner.
func (n *News) forOwner(o *owner, t *Template, lang string) (*Message, error) {
	switch {
	case o.mail == "":
		return n.forTheRest(lang), nil
	case t != nil:
		return t.message(n, o, lang)
	}
	list := o.nearest.Sorted()
	return &Message{
		Subject: ownerSubject(o, lang),
		Intro:   []string{say(lang, msg.New("You get this mail as an owner of these applications in Microsoft Entra ID."))},
		Groups:  n.groups(list, o.byRule, lang), Next: next(list),
	}, nil
}

func ownerSubject(o *owner, lang string) string {
	return say(lang, msg.New("spcheck: %d findings about your applications", o.count))
}

// forTheRest returns the message to the recipients in the URL: the findings for which no
// owner can be notified, and the news that are not findings.
func (n *News) forTheRest(lang string) *Message {
	o := n.owners.rest
	m := &Message{Subject: say(lang, msg.New("spcheck: %d findings that no owner was told about", o.count)), Intro: n.intro(lang)}
	if o.count > 0 {
		m.Intro = append(m.Intro, say(lang, msg.New("These objects have no owner, no owner with a mail address, or owners that could not be read.")))
	}
	list := o.nearest.Sorted()
	m.Groups = append(n.groups(list, o.byRule, lang), n.changeGroups(lang, ownerLines)...)
	m.Next = next(list)
	return m
}
