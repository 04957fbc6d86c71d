package secrets

import "github.com/spcheck/spcheck/internal/msg"

// maxInner is the number of characters inside a value that are named one by one.
const maxInner = 4

// edges returns the number of blank, invisible or control characters at the start and
// at the end of runes. If there are no others, they all count as the start.
func edges(runes []rune) (head, tail int) {
	for head < len(runes) && onEdge(runes[head]) {
		head++
	}
	for tail < len(runes)-head && onEdge(runes[len(runes)-1-tail]) {
		tail++
	}
	return head, tail
}

// findEdges looks for stray characters at the ends of the value.
func findEdges(x *subject) []Damage {
	var found []Damage
	n := len(x.runes)
	head, tail := edges(x.runes)
	if head == n {
		kind, _, _ := stray(x.runes[0])
		return whole(kind, true, msg.New("the value consists only of white space or invisible characters"))
	}
	if head > 0 {
		found = append(found, headDamage(x, head))
	}
	if tail > 0 {
		found = append(found, tailDamage(x, tail))
	}
	return found
}

func headDamage(x *subject, head int) Damage {
	kind, name, _ := stray(x.runes[0])
	text := msg.New("the first character is %s", name)
	if head > 1 {
		text = msg.New("the first %d characters are white space or invisible, the very first is %s", head, name)
	}
	return Damage{Kind: kind, At: 1, Where: wherever(1, len(x.runes)), Text: text, Proof: x.proves(x.runes[:head])}
}

func tailDamage(x *subject, tail int) Damage {
	n := len(x.runes)
	run := x.runes[n-tail:]
	kind, name, _ := stray(run[tail-1])
	text := msg.New("the last character is %s", name)
	switch {
	case string(run) == "\r\n":
		text = msg.New("the value ends in a line break (a carriage return and a line feed)")
	case tail > 1:
		text = msg.New("the last %d characters are white space or invisible, the very last is %s", tail, name)
	}
	return Damage{Kind: kind, At: n - tail + 1, Where: wherever(n, n), Text: text, Proof: x.proves(run)}
}

// proves reports whether a run of stray characters proves damage. It does if nobody
// could have typed one of them, or if an intact secret is next to it.
func (x *subject) proves(run []rune) bool {
	for _, r := range run {
		if kind, _, _ := stray(r); neverTyped(kind) {
			return true
		}
	}
	return x.intact != ""
}

// findInner looks for stray characters between the ends.
func findInner(x *subject) []Damage {
	head, tail := edges(x.runes)
	var found []Damage
	line := 1
	for i := head; i < len(x.runes)-tail && len(found) < maxInner; i++ {
		kind, name, ok := stray(x.runes[i])
		if !ok {
			continue
		}
		d := Damage{
			Kind: kind, At: i + 1, Where: wherever(i+1, len(x.runes)),
			Text: msg.New("character %d is %s", i+1, name), Proof: x.proves(x.runes[i : i+1]),
		}
		if x.runes[i] == '\n' {
			line++
			d.Where = msg.New("line %d", line)
			d.Text = msg.New("there is a line break at character %d: line %d does not belong to a secret", i+1, line)
		}
		found = append(found, d)
	}
	if at := invalidAt(x.s); at > 0 {
		found = append(found, Damage{
			Kind: damageNotUTF8, At: at, Where: wherever(at, len(x.runes)), Proof: x.intact != "",
			Text: msg.New("character %d is not UTF-8: the value was saved in another encoding", at),
		})
	}
	return found
}
