package aadsts

import "github.com/spcheck/spcheck/internal/msg"

// whereToLook tells the reader of a text without a known error what to paste, where
// the products that the text names keep it, and how to have Entra's own answer.
func (f *finder) whereToLook(text []byte) []msg.Text {
	notes := []msg.Text{msg.New("Paste the whole message with the lines around it: a code such as AADSTS7000222, the name of an exception, an HTTP status, the text after “error_description”.")}
	products := f.ProductsIn(text)
	for _, p := range products {
		notes = append(notes, p.Log.text())
	}
	if len(products) == 0 {
		notes = append(notes, msg.New("Many products show their own message instead of Entra's answer; the answer is in their debug log."))
	}
	return append(notes,
		msg.New("Without the product: spcheck diagnose signs in with the same tenant, client ID and secret, and explains Entra's answer."),
		msg.New("In the tenant: Microsoft Entra admin center > Monitoring & health > Sign-in logs > Service principal sign-ins shows each failed attempt with its code."))
}

// beginning keeps the first block of what is written to it.
type beginning struct{ text []byte }

func (b *beginning) Write(p []byte) (int, error) {
	b.text = append(b.text, p[:min(len(p), blockSize-len(b.text))]...)
	return len(p), nil
}
