"""Languages that look like one of ours: known only so that a text in them is not taken for it."""

from sharebot.text.vocabulary.language import Language, words

NEIGHBOURS = (
    Language(
        "nl",
        words=words(
            """de het een van en in is dat op te zijn voor met die niet aan er om ook als bij door naar over uit nog
            maar dan tot wordt heeft had hij zij ze we ik je deze dit was werd worden kan zal geen meer al wel hun
            haar zich"""
        ),
    ),
    Language(
        "sv",
        words=words(
            """och i att det som en på är av för med till den har de inte om ett han men var jag sig från vi så kan
            när nu eller efter också hade ska under där hon blev vid man"""
        ),
    ),
    Language(
        "da",
        words=words(
            """og i at det som en på er af for med til den har de ikke om et han men var jeg sig fra vi så kan når
            nu eller efter også havde skal under der hun blev ved man av å ble etter være"""
        ),
    ),
    Language(
        "ca",
        words=words(
            """el la els les un una de del dels i a al als en amb per que és ha han no es se seva seu aquest aquesta
            aquests però com més també ser són va van on quan entre sobre fins des ja si o molt tot l d s n hi ho
            pel"""
        ),
    ),
    Language(
        "gl",
        words=words(
            """o a os as un unha uns unhas de do da dos das e en no na nos nas con por para que é foi son ten non se
            máis ao á aos pola polo como tamén pero xa seu súa este esta estes cando entre sobre ata ser está moi
            onde"""
        ),
    ),
    Language(
        "ro",
        words=words(
            """și si în in de la cu pe a al ale o un este sunt care că să nu din mai pentru au fost prin după dar
            sau va ce se le ca lui ei lor cel cea cei această acest era fi între până fără către"""
        ),
    ),
    Language(
        "fa",
        share=0.15,
        words=words(
            """در از به با که را این آن و است بود شد شده می های برای تا بر یک خود هم نیز اما یا هر ما او آنها شود
            کرد کرده دارد دارند باید نمی پس چه اگر همه دیگر بین پیش کند کنند باشد هستند ها گفت"""
        ),
    ),
    Language(
        "ur",
        share=0.2,
        words=words(
            """کے کی کا کو میں سے پر نے ہے ہیں تھا تھی تھے اور یہ وہ کہ اس ان بھی ہو ہی تو نہیں جو ایک کر لیے گیا
            گئی کیا ہوا رہا رہے والے بعد ساتھ تک اپنے اپنی جس کسی ہم آپ مگر لیکن اگر و"""
        ),
    ),
    Language(
        "mr",
        share=0.12,
        words=words(
            """आहे आहेत आणि या हा ही हे तो ती ते व मध्ये होता होती होते च नाही केला केली केले असे असा असून झाला झाली झाले
        त्या त्यांनी त्याने यांनी साठी पण किंवा की तर एक मी आम्ही करून येथे मात्र का ना ला चा ची चे"""
        ),
    ),
    Language(
        "ne",
        share=0.12,
        words=words(
            """छ छन् र को का की मा ले लाई बाट यो त्यो यस भएको गरेको थियो थिए हो हुन् पनि तर भने गर्न एक नै अनि तथा गरी हुने
        छैन लागि सँग उनले उनी आफ्नो गर्ने भयो गरे"""
        ),
    ),
)
"""Their sentences are split as those of any language without data."""
