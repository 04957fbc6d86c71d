package result

import (
	"cmp"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
)

// Owner is an owner of an application or service principal.
type Owner struct {
	ID                string  `json:"id"`
	DisplayName       *string `json:"displayName"` // null if the reader may not read it
	Mail              *string `json:"mail"`        // null if the owner has no mail address
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

func (o Owner) shortName() msg.Text { return msg.Literal(neutral.Bound(o.Name(), nameLimit)) }
func (o Owner) address() msg.Text   { return msg.Literal(neutral.Bound(o.Address(), nameLimit)) }

// text returns the name and the address.
func (o Owner) text() msg.Text {
	name, address := o.shortName(), o.address()
	if o.Address() == "" || address.String() == name.String() {
		return name
	}
	return msg.New("%s <%s>", name, address)
}

// ownersShown is the number of owners that a cell or a sentence names.
const ownersShown = 2

// firstOwners shows the first owners and counts the rest. It returns none if there are no
// owners, and an empty text if they are not known.
func (f *Finding) firstOwners(show func(Owner) msg.Text, none msg.Text) msg.Text {
	switch {
	case f.Owners == nil:
		return msg.Text{}
	case len(*f.Owners) == 0:
		return none
	}
	var names []msg.Text
	for _, o := range (*f.Owners)[:min(len(*f.Owners), ownersShown)] {
		if text := show(o); text.String() != "" {
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

// ownership describes the policy of a finding, who added the credential, the owners and the
// notes. It omits what is not known.
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
		all = append(all, msg.New("Owner: %s", f.firstOwners(Owner.text, msg.Text{})))
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

// ownerCells returns the columns ownership, owners and mails of a table of data. The last
// two separate owners as mail programs do.
func (f *Finding) ownerCells() (ownership, names, mails string) {
	switch {
	case f.Owners == nil:
		return "unknown", "", ""
	case len(*f.Owners) == 0:
		return "none", "", ""
	}
	list := func(part func(Owner) string) string {
		var all []string
		for _, o := range *f.Owners {
			if s := neutral.Bound(part(o), nameLimit); s != "" {
				all = append(all, s)
			}
		}
		return strings.Join(all, "; ")
	}
	return "owned", list(Owner.Name), list(Owner.Address)
}
