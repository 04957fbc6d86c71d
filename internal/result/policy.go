package result

import (
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
)

var restrictionTexts = map[string]msg.Text{
	"passwordAddition":       msg.New("no new secrets"),
	"customPasswordAddition": msg.New("no custom secrets"),
	"symmetricKeyAddition":   msg.New("no new symmetric keys"),
}

// text says what the policy restricts.
func (b *PolicyBreach) text() msg.Text {
	if b == nil {
		return msg.Text{}
	}
	what, known := restrictionTexts[b.Restriction]
	switch {
	case b.MaxLifetime != nil:
		what = msg.New("valid for at most %s", neutral.Bound(*b.MaxLifetime, nameLimit))
	case !known:
		what = msg.Literal(neutral.Bound(b.Restriction, nameLimit))
	}
	if b.Starts != nil {
		what = msg.New("%s, from %s", what, *b.Starts)
	}
	if b.Exempts {
		what = msg.New("%s (some callers are exempt)", what)
	}
	return msg.New("%s: %s", neutral.Bound(b.DisplayName, nameLimit), what)
}

// PolicyName names a policy by the Source of objects.Policy: the tenant's own, or
// a custom one.
func PolicyName(source string) msg.Text {
	if source == "tenant" {
		return msg.New("the tenant's app management policy")
	}
	return msg.New("the app management policy %q", source)
}
