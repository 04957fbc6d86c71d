package notify

import (
	"maps"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

const (
	// ownersMost is how many owners have a message of their own in one run.
	ownersMost = 20_000
	// ownerLines is how many findings a message to an owner lists.
	ownerLines = 50
)

// owners are the new findings by the mail address of who owns their object.
type owners struct {
	scan *result.Scan
	by   map[string]*owner
	// rest are the findings that no owner can be told.
	rest *owner
}

// owner is somebody to tell, and of what.
type owner struct {
	name, mail string
	count      int
	byRule     map[string]int
	nearest    *result.Nearest
	keys       []string
}

func newOwners(s *result.Scan) *owners {
	o := &owners{scan: s, by: map[string]*owner{}}
	o.rest = o.somebody("", "")
	return o
}

func (o *owners) somebody(name, mail string) *owner {
	return &owner{name: name, mail: mail, byRule: map[string]int{}, nearest: o.scan.Nearest(ownerLines)}
}

// take gives a finding to each owner who has a mail address.
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
		who = o.somebody(of.Name(), address)
		o.by[key] = who
	}
	who.take(f)
	return true
}

func (o *owner) take(f *result.Finding) {
	o.count++
	o.byRule[f.Rule]++
	o.nearest.Take(f)
	if len(o.keys) < pendingMost {
		o.keys = append(o.keys, f.Key())
	}
}

// sorted are the owners in the order of their addresses, so that each run tells them
// in the same one.
func (o *owners) sorted() []*owner {
	var all []*owner
	for _, key := range slices.Sorted(maps.Keys(o.by)) {
		all = append(all, o.by[key])
	}
	return all
}

// Owners counts those who have a message of their own, and the findings that nobody
// can be told by mail.
func (n *News) Owners() (owners, withoutMail int) {
	if n.owners == nil {
		return 0, 0
	}
	return len(n.owners.by), n.owners.rest.count
}

// forOwner is the message to one owner.
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
		Intro:   []string{clean(msg.New("You get this mail as an owner of these applications in Microsoft Entra ID.").In(lang))},
		Groups:  n.groups(list, o.byRule, lang), Next: next(list, lang),
	}, nil
}

func ownerSubject(o *owner, lang string) string {
	return clean(msg.New("spcheck: %d findings about your applications", o.count).In(lang))
}

// forTheRest is the message to the recipients of the URL: what no owner can be told,
// and what is no finding.
func (n *News) forTheRest(lang string) *Message {
	o := n.owners.rest
	m := &Message{Subject: clean(msg.New("spcheck: %d findings that no owner was told about", o.count).In(lang))}
	for _, t := range n.intro() {
		m.Intro = append(m.Intro, clean(t.In(lang)))
	}
	if o.count > 0 {
		m.Intro = append(m.Intro, clean(msg.New("These objects have no owner, no owner with a mail address, or owners that could not be read.").In(lang)))
	}
	list := o.nearest.Sorted()
	m.Groups = append(n.groups(list, o.byRule, lang), n.changeGroups(lang, ownerLines)...)
	m.Next = next(list, lang)
	return m
}
