// What a browser or another program asks for.
