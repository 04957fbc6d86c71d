package result

import (
	"cmp"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
)

// Owner may change an application or service principal, and should be notified. Names
// are null if the reader may not read them. Mail is null if the owner has no mail
// address.
type Owner struct {
	ID                string  `json:"id"`
	DisplayName       *string `json:"displayName"`
	Mail              *string `json:"mail"`
	UserPrincipalName *string `json:"userPrincipalName"`
	// Type is user, servicePrincipal or another Graph type. It is absent if Graph did
	// not name it.
	Type string `json:"type,omitempty"`
}

// Name returns the best known name.
func (o Owner) Name() string {
	return cmp.Or(OrEmpty(o.DisplayName), OrEmpty(o.UserPrincipalName), OrEmpty(o.Mail), o.ID)
}

// Address returns the mail address. For a user without one it returns the sign-in name,
// which often is a mail address.
func (o Owner) Address() string { return cmp.Or(OrEmpty(o.Mail), OrEmpty(o.UserPrincipalName)) }

// text returns the name and the address.
func (o Owner) text() msg.Text {
	name, address := neutral.Bound(o.Name(), nameLimit), neutral.Bound(o.Address(), nameLimit)
	if address == "" || address == name {
		return msg.Literal(name)
	}
	return msg.New("%s <%s>", name, address)
}

// ownersShown is the number of owners that a cell or a sentence names.
const ownersShown = 2

// owner returns a cell with part of each owner, or nothing if the owners are not known.
func (f *Finding) owner(part func(Owner) string) msg.Text {
	switch {
	case f.Owners == nil:
		return msg.Text{}
	case len(*f.Owners) == 0:
		return nobody(part)
	}
	return f.firstOwners(func(o Owner) msg.Text { return msg.Literal(neutral.Bound(part(o), nameLimit)) })
}

// nobody is shown in the column of names only.
func nobody(part func(Owner) string) msg.Text {
	if part(Owner{ID: "somebody"}) == "" {
		return msg.Text{}
	}
	return msg.New("nobody")
}

// firstOwners names the first owners and counts the rest.
func (f *Finding) firstOwners(say func(Owner) msg.Text) msg.Text {
	var names []msg.Text
	for _, o := range (*f.Owners)[:min(len(*f.Owners), ownersShown)] {
		if text := say(o); text.String() != "" {
			names = append(names, text)
		}
	}
	if len(names) == 0 {
		return msg.Text{}
	}
	all := msg.Join(names, ", ")
	if more := len(*f.Owners) - ownersShown + f.MoreOwners; more > 0 {
		return msg.New("%s and %d more", all, more)
	}
	return all
}

// ownership lists the policy of a finding, the owners and the notes, as far as they are
// known.
func (f *Finding) ownership() []msg.Text {
	var all []msg.Text
	if f.Policy != nil {
		all = append(all, msg.New("Policy: %s", f.Policy.text()))
	}
	if f.ChangedBy != nil {
		all = append(all, msg.New("Added %s.", f.ChangedBy.text()))
	}
	switch {
	case f.Owners != nil && len(*f.Owners) == 0:
		all = append(all, msg.New("It has no owner."))
	case f.Owners != nil:
		all = append(all, msg.New("Owner: %s", f.firstOwners(Owner.text)))
	}
	if f.Notes != nil {
		all = append(all, msg.New("Notes: %s", neutral.Bound(*f.Notes, 300)))
	}
	return all
}

// ownerGroups returns one heading per owner, for findings grouped by owner.
func (f *Finding) ownerGroups() []msg.Text {
	switch {
	case f.Owners == nil:
		return []msg.Text{msg.New("owner not known")}
	case len(*f.Owners) == 0:
		return []msg.Text{msg.New("no owner")}
	}
	var all []msg.Text
	for _, o := range *f.Owners {
		all = append(all, o.text())
	}
	return all
}

// owned says in one word whether the object has owners, for tables.
func (f *Finding) owned() string {
	switch {
	case f.Owners == nil:
		return "unknown"
	case len(*f.Owners) == 0:
		return "none"
	}
	return "owned"
}

// ownerList returns part of each owner, separated as in mail programs.
func (f *Finding) ownerList(part func(Owner) string) string {
	if f.Owners == nil {
		return ""
	}
	var all []string
	for _, o := range *f.Owners {
		if s := neutral.Bound(part(o), nameLimit); s != "" {
			all = append(all, s)
		}
	}
	return strings.Join(all, "; ")
}
