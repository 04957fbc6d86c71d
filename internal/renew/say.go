package renew

import (
	"errors"

	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/renew/journal"
	files "github.com/spcheck/spcheck/internal/trust"
)

// unchanged says of a refusal that it came before anything was done.
func unchanged(what msg.Text) msg.Text { return msg.New("%s; nothing was changed", what) }

func stateHint() msg.Text {
	return msg.New("choose a writable folder with --state or XDG_STATE_HOME")
}

// stateHints say what to do about a folder that the journal cannot be kept in.
func stateHints(err error) []msg.Text {
	if untrusted, ok := errors.AsType[*files.Error](err); ok {
		return []msg.Text{untrusted.Cure, msg.New("or choose a folder of your own with --state")}
	}
	return []msg.Text{stateHint()}
}

// journalHints say what to do about a journal that cannot be used. What it tells of
// may be all that is known of a secret: it is kept.
func journalHints(err error, appID string) []msg.Text {
	see := msg.New("check the current state with: %s", commandline.Words{"spcheck", "list-secrets", "--sp", appID})
	if untrusted, ok := errors.AsType[*files.Error](err); ok {
		return []msg.Text{see, msg.New("check whether the journal is correct before you trust it; spcheck does not change it"), untrusted.Cure,
			msg.New("if a renewal is unfinished, then continue with: %s", journal.ResumeCommand(appID))}
	}
	return []msg.Text{see, msg.New("then move the journal file elsewhere, and try again")}
}

// Commands that the reports and errors of this package name.
func removeCommand(appID, keyID string) commandline.Words {
	return commandline.Words{"spcheck", "remove-secret", "--sp", appID, "--key-id", keyID}
}

// dropCommand removes a secret that the rules keep: only a person can know that
// nobody has its value.
func dropCommand(appID, keyID string) commandline.Words {
	return append(removeCommand(appID, keyID), "--force")
}
